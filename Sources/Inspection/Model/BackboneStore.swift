import Backbones
import Torch

/// Which weights a model's features come from.
public struct BackboneReference: Codable, Sendable, Hashable {
  /// The name of the backbone in the registry.
  public let id: String
  /// Of the weights' file; where there are several, of their digests one after the other.
  public let sha256: String
  /// The backbones that it is made of, where there are several.
  public let parts: [BackboneReference]?

  package init(id: String, sha256: String) {
    self.id = id
    self.sha256 = sha256
    parts = nil
  }

  package init(id: String, parts: [BackboneReference]) {
    self.id = id
    sha256 = SHA256.hex(of: Array(parts.map(\.sha256).joined().utf8))
    self.parts = parts
  }
}

/// Loads backbones with their published weights, and checks that a model gets the very weights that it was fitted on.
public struct BackboneStore: Sendable {
  /// The files of the weights.
  public let weights: WeightStore
  /// The backbones that there are.
  public let registry: BackboneRegistry

  /// - Parameter home: the folder that weights were fetched to.
  public init(home: Home = .standard, registry: BackboneRegistry = .standard) {
    weights = WeightStore(home: home)
    self.registry = registry
  }

  /// The backbone of that name, and which weights it has.
  ///
  /// - Throws: `WeightsError` where the weights are not there, or what is wrong with their file.
  public func load(_ id: String, on device: Device = .cpu) throws -> (
    backbone: any Backbone, reference: BackboneReference
  ) {
    try load(registry.architecture(id), on: device)
  }

  /// As ``load(_:on:)-(String,_)``, of an architecture that may have no name in the registry.
  package func load(_ architecture: BackboneArchitecture, on device: Device = .cpu) throws -> (
    backbone: any Backbone, reference: BackboneReference
  ) {
    let files = try weights.files(for: architecture)
    let backbone = try architecture.load(.files(files), on: device)
    guard !architecture.parts.isEmpty else {
      return (backbone, BackboneReference(id: architecture.id, sha256: try files[0].sha256()))
    }
    let parts = try zip(architecture.parts, files).map {
      BackboneReference(id: $0.id, sha256: try $1.sha256())
    }
    return (backbone, BackboneReference(id: architecture.id, parts: parts))
  }

  /// The backbone that a model was fitted on.
  ///
  /// - Throws: `WeightsError` where the weights are not there, ``InspectionError`` where they are others than those of the
  ///   reference.
  public func load(_ reference: BackboneReference, on device: Device = .cpu) throws -> any Backbone
  {
    let (backbone, found) = try load(reference.id, on: device)
    try found.check(against: reference, in: weights)
    return backbone
  }
}

extension BackboneReference {
  /// - Throws: ``InspectionError`` that names the first weights that are others than those of `reference`.
  package func check(against reference: BackboneReference, in weights: WeightStore) throws {
    guard self != reference else { return }
    let parts = zip(self.parts ?? [], reference.parts ?? [])
    let (found, expected) = parts.first { $0 != $1 } ?? (self, reference)
    throw InspectionError(
      "weights of \(expected.id) in \(weights.folder)",
      found: "SHA-256 \(found.sha256.prefix(12))..., the model was fitted on"
        + " \(expected.sha256.prefix(12))...",
      remedy: "put the weights there that it was fitted on, or train it anew")
  }
}
