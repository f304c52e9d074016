import Torch

/// What brings the features of every scale to a common size before the flow.
public struct FeatureNormalization {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Mean and deviation of each channel over the training features.
    case channel
    /// Mean of each channel at each position, and deviation of each channel about it: where things look alike at a
    /// place, only what differs there is left to the flow.
    case position
    /// The paper's, for ResNets: each image's features are standardized over channels and positions together, then scaled
    /// and shifted element by element; scale and shift are learnt with the flow.
    case layer
    /// None: the paper's, for features that a backbone has normalized itself, as MS-CaiT does.
    case none
  }

  let kind: Kind
  private let shapes: [[Int]]
  /// Each scale's mean or, with `layer`, its learnt shift.
  private let offsets: [Tensor]
  /// Each scale's deviation or, with `layer`, its learnt scale.
  private let scales: [Tensor]

  /// - Parameter statistics: of the training features; not needed where a store is loaded, nor with `layer`.
  init(
    _ path: ParameterPath, _ kind: Kind, shapes: [[Int]], statistics: [FeatureStatistics]? = nil
  ) {
    self.kind = kind
    self.shapes = shapes
    var offsets: [Tensor] = []
    var scales: [Tensor] = []
    for (index, shape) in shapes.enumerated() {
      let path = path / index
      switch kind {
      case .none: break
      case .layer:
        scales.append(path.parameter("weight", shape, .constant(1)))
        offsets.append(path.parameter("bias", shape, .constant(0)))
      case .channel, .position:
        let single = [shape[0], 1, 1]
        let form = kind == .channel ? single : shape
        let start = { (value: Tensor?, other: Double) in
          value.map(Initializer.copy) ?? .constant(other)
        }
        offsets.append(path.buffer("mean", form, start(statistics?[index].mean, 0)))
        scales.append(path.buffer("deviation", single, start(statistics?[index].deviation, 1)))
      }
    }
    self.offsets = offsets
    self.scales = scales
  }

  /// The part that is never learnt: features `[N, C, h, w]` of scale `scale`, standardized.
  func standardize(_ features: Tensor, scale: Int) -> Tensor {
    switch kind {
    case .none: features
    case .layer: features.layerNormalized(shapes[scale], weight: nil, bias: nil)
    case .channel, .position: (features - offsets[scale]) / scales[scale]
    }
  }

  /// The part that is learnt: scale and shift of standardized features.
  func adapt(_ standardized: [Tensor]) -> [Tensor] {
    guard kind == .layer else { return standardized }
    return zip(standardized, zip(scales, offsets)).map { $0 * $1.0 + $1.1 }
  }

  public func callAsFunction(_ features: [Tensor]) -> [Tensor] {
    adapt(features.enumerated().map { standardize($1, scale: $0) })
  }
}
