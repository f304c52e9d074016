import Backbones
import Torch

/// Published backbones, and the check that a model gets the very weights that it was fitted on.
public struct BackboneStore: Sendable {
  public let weights: WeightStore

  public init(home: Home = .standard) { weights = WeightStore(home: home) }

  /// - Throws: `WeightsError` where the weights are not there, or what is wrong with their file.
  public func load(_ id: String, on device: Device = .cpu) throws -> (
    backbone: any Backbone, reference: BackboneReference
  ) {
    let architecture = try BackboneRegistry.architecture(id)
    let file = try weights.file(for: architecture)
    return (
      try architecture.load(.file(file), on: device),
      BackboneReference(id: id, sha256: try file.sha256())
    )
  }

  /// - Throws: also ``InspectionError`` where the weights are others than those of the reference.
  public func load(_ reference: BackboneReference, on device: Device = .cpu) throws -> any Backbone
  {
    let (backbone, found) = try load(reference.id, on: device)
    guard found == reference else {
      throw InspectionError(
        "weights of \(reference.id) in \(weights.folder)",
        found: "SHA-256 \(found.sha256.prefix(12))..., the model was fitted on"
          + " \(reference.sha256.prefix(12))...",
        remedy: "put the weights there that it was fitted on, or train it anew")
    }
    return backbone
  }
}
