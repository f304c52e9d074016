import Torch

/// An entry of the ``BackboneRegistry``: what is known of a backbone before its weights are read.
public struct BackboneArchitecture: Sendable, Identifiable {
  /// The name by which options and saved models call it, such as `efficientnet_lite0`.
  public let id: String
  /// Side of the square images that the published weights were trained for.
  public let imageSize: Int
  /// What the published weights want done to colors.
  public let colors: ColorNormalization
  /// Where features can be taken, finest first.
  public let taps: [FeatureTap]
  /// Where the weights come from.
  public let published: PublishedWeights
  private let make: @Sendable (ParameterPath) -> any Backbone

  package init(
    id: String, imageSize: Int, colors: ColorNormalization, taps: [FeatureTap],
    published: PublishedWeights,
    make: @escaping @Sendable (ParameterPath) -> any Backbone
  ) {
    self.id = id
    self.imageSize = imageSize
    self.colors = colors
    self.taps = taps
    self.published = published
    self.make = make
  }

  /// How a person gets the published weights, as a clause of a sentence.
  public var weightsRemedy: String { "`blemish weights fetch \(id)` fetches them" }

  /// The shape of every tensor of the network by its name.
  package var parameterShapes: [String: [Int]] {
    let parameters = Parameters(seed: 0)
    _ = make(parameters.root)
    return parameters.stateDictionary.mapValues(\.shape)
  }

  /// The network with weights from `source` on `device`.
  ///
  /// - Throws: ``WeightsError`` where there are none, `StorageError` where their file is damaged, `ParameterError`
  ///   where they belong to another network, `TorchError` where the device cannot hold them.
  public func load(_ source: WeightSource = .published(), on device: Device = .cpu) throws
    -> any Backbone
  {
    let parameters: Parameters
    var origin = id
    switch source {
    case .published(let store):
      let file = try store.file(for: self)
      origin = "\(file.path), read as \(id),"
      parameters = Parameters(loading: try file.tensors())
    case .file(let file):
      origin = "\(file.path), read as \(id),"
      parameters = Parameters(loading: try file.tensors())
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

  /// What published files carry beyond the network: how many batches the statistics were averaged over, and
  /// classifiers of networks that have none here.
  static func isSurplus(_ name: String) -> Bool {
    name.hasSuffix(".num_batches_tracked")
      || ["fc", "head", "head_dist", "classifier"].contains(name.prefix { $0 != "." })
  }
}
