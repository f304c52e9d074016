import Torch

/// An entry of the ``BackboneRegistry``: what is known of a backbone before its weights are read.
public struct BackboneArchitecture: Sendable, Identifiable {
  /// The name by which options and saved models call it, such as `efficientnet_lite0`.
  public let id: String
  /// Side of the square images that the published weights were trained for.
  public let imageSize: Int
  /// What the published weights want done to colors.
  public let colors: ColorNormalization
  /// Where features can be taken, in the order of the network.
  public let taps: [FeatureTap]
  /// Where the weights come from; those of the first of ``parts`` where there are any.
  public let published: PublishedWeights
  /// The backbones whose weights it is made of, each in a file of its own; none where it has a file itself.
  public let parts: [BackboneArchitecture]
  private let make: @Sendable (ParameterPath) -> any Backbone

  /// An architecture of one's own, for ``BackboneRegistry/adding(_:)``.
  ///
  /// - Parameters:
  ///   - taps: those of the network that `make` gives.
  ///   - published: where its weights are; those of each of `parts` where there are any.
  ///   - make: the frozen network, its parameters from below the path, with the keys that the weights have.
  public init(
    id: String, imageSize: Int, colors: ColorNormalization, taps: [FeatureTap],
    published: PublishedWeights, parts: [BackboneArchitecture] = [],
    make: @escaping @Sendable (ParameterPath) -> any Backbone
  ) {
    self.id = id
    self.imageSize = imageSize
    self.colors = colors
    self.taps = taps
    self.published = published
    self.parts = parts
    self.make = make
  }

  /// Those that have a file of weights each: its ``parts``, or itself.
  package var withFiles: [BackboneArchitecture] { parts.isEmpty ? [self] : parts }

  /// How a person gets the published weights, as a clause of a sentence.
  package var weightsRemedy: String {
    "`blemish weights fetch \(withFiles.map(\.id).joined(separator: " "))` fetches them"
  }

  /// The shape of every tensor of the network by its name; those of ``parts`` begin with their ids.
  package var parameterShapes: [String: [Int]] {
    let parameters = Parameters(shapesOf: .float32)
    _ = make(parameters.root)
    return parameters.stateDictionary.mapValues(\.shape)
  }

  /// The network with weights from `source` on `device`.
  ///
  /// - Throws: ``WeightsError`` where there are none, `StorageError` where their file is damaged, `ParameterError` where
  ///   they belong to another network, `TorchError` where memory runs out or the device is absent.
  public func load(_ source: WeightSource = .published(), on device: Device = .cpu) throws
    -> any Backbone
  {
    try throwingOutOfMemory {
      let parameters: Parameters
      var origin = id
      switch source {
      case .published(let store):
        return try load(.files(try store.files(for: self)), on: device)
      case .files(let files):
        origin = "\(files.map(\.path).joined(separator: " with ")), read as \(id)"
        parameters = Parameters(loading: try tensors(in: files))
      case .tensors(let tensors):
        parameters = Parameters(loading: tensors)
      case .random(let seed):
        parameters = Parameters(seed: seed)
      }
      let backbone = make(parameters.root)
      try parameters.verify(origin, ignoring: Self.isSurplus)
      if device == .cpu { return backbone }
      let moved = Parameters(
        loading: try parameters.stateDictionary.mapValues { tensor in try tensor.to(device) })
      return make(moved.root)
    }
  }

  /// The tensors by name; those of ``parts`` begin with their ids.
  private func tensors(in files: [WeightFile]) throws -> [String: Tensor] {
    precondition(files.count == max(parts.count, 1), "\(files.count) files of weights for \(id)")
    guard !parts.isEmpty else { return try files[0].tensors() }
    var all: [String: Tensor] = [:]
    for (part, file) in zip(parts, files) {
      for (name, tensor) in try file.tensors() { all["\(part.id).\(name)"] = tensor }
    }
    return all
  }

  /// What published files carry beyond the network: how many batches the statistics were averaged over, and
  /// classifiers of networks that have none here.
  static func isSurplus(_ name: String) -> Bool {
    name.hasSuffix(".num_batches_tracked")
      || ["fc", "head", "head_dist", "classifier"].contains(name.prefix { $0 != "." })
  }
}
