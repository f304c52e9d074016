import Statistics
import Torch

/// What brings the features of every scale to a common size before the flow.
public struct FeatureNormalization: Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Mean and deviation of each channel over the training features.
    case channel
    /// Mean of each channel at each position, and deviation of each channel about it: where things look alike at a
    /// place, only what differs there is left to the flow.
    case position
    /// Mean and covariance of the channels at each position: the flow begins where a Gaussian model of each position ends.
    case whitening
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
  /// Each scale's deviation, its learnt scale with `layer`, its matrices `[h * w, C, C]` with `whitening`.
  private let scales: [Tensor]

  /// - Parameter statistics: of the training features; not needed where a store is loaded, nor with `layer` or `none`.
  init(
    _ path: ParameterPath, _ kind: Kind, shapes: [[Int]], statistics: [FeatureStatistics]? = nil
  ) {
    self.kind = kind
    self.shapes = shapes
    var offsets: [Tensor] = []
    var scales: [Tensor] = []
    for (index, shape) in shapes.enumerated() {
      let path = path / index
      let start = { (value: Tensor?, other: Double) in
        value.map(Initializer.copy) ?? .constant(other)
      }
      let (mean, scale) = (statistics?[index].mean, statistics?[index].scale)
      let single = [shape[0], 1, 1]
      switch kind {
      case .channel:
        offsets.append(path.buffer("mean", single, start(mean, 0)))
        scales.append(path.buffer("deviation", single, start(scale, 1)))
      case .position:
        offsets.append(path.buffer("mean", shape, start(mean, 0)))
        scales.append(path.buffer("deviation", single, start(scale, 1)))
      case .whitening:
        let triangle = Triangle(shape[0])
        offsets.append(path.buffer("mean", shape, start(mean, 0)))
        let packed = path.buffer(
          "whitening", [shape[1] * shape[2], triangle.count], start(scale, 0))
        scales.append(triangle.lower(packed))
      case .layer:
        scales.append(path.parameter("weight", shape, .constant(1)))
        offsets.append(path.parameter("bias", shape, .constant(0)))
      case .none: break
      }
    }
    self.offsets = offsets
    self.scales = scales
  }

  /// The part that is never learnt: features `[N, C, h, w]` of scale `scale`, standardized.
  func standardize(_ features: Tensor, scale: Int) -> Tensor {
    switch kind {
    case .channel, .position: return (features - offsets[scale]) / scales[scale]
    case .whitening:
      let deviations = (features - offsets[scale]).flattened(from: 2).permuted(2, 1, 0)
      return scales[scale].matmul(deviations).permuted(2, 1, 0)
        .reshaped(features.shape).contiguous(.channelsLast)
    case .layer: return features.layerNormalized(shapes[scale], weight: nil, bias: nil)
    case .none: return features
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
