import Statistics
import Torch

/// What brings the features of every scale to a common size before the flow.
package struct FeatureNormalization: Sendable {
  let kind: UFlow.Normalization
  private let shapes: [[Int]]
  /// Each scale's mean or, with `layer`, its learnt shift.
  private let offsets: [Tensor]
  /// Each scale's deviation, its learnt scale with `layer`, its matrices `[h * w, C, C]` with `whitening`.
  private let scales: [Tensor]

  /// - Parameter statistics: of the training features; not needed where a store is loaded, nor with `layer` or `none`.
  init(
    _ path: ParameterPath, _ kind: UFlow.Normalization, shapes: [[Int]],
    statistics: [FeatureStatistics]? = nil
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

  /// `[C, h, w]` of each scale, where what is known of it is known for each place; empty otherwise.
  var fixedShapes: [[Int]] { kind == .channel || kind == .none ? [] : shapes }

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

  package func callAsFunction(_ features: [Tensor]) -> [Tensor] {
    adapt(features.enumerated().map { standardize($1, scale: $0) })
  }
}

/// What the training features of one scale are like.
package struct FeatureStatistics {
  /// `[C, 1, 1]`, or `[C, h, w]` by position.
  let mean: Tensor
  /// The deviation about the mean `[C, 1, 1]` or, with `whitening`, the lower triangles `[h * w, C (C + 1) / 2]` of
  /// the matrices that whiten what deviates from it.
  let scale: Tensor

  /// - Parameter shape: `[C, h, w]`.
  init(_ whitening: PositionWhitening, shape: [Int]) {
    let law = whitening.law
    mean = law.mean.transposed(0, 1).reshaped(shape).contiguous()
    scale = Triangle(law.dimensions).packed(law.whitening)
  }

  /// Goes image by image, since a centered copy of all features would double the memory.
  ///
  /// - Parameters:
  ///   - features: `[N, h, w, C]`.
  ///   - images: those that the statistics are of.
  init(_ features: Tensor, of images: [Int], byPosition: Bool) {
    func mean(_ term: (Tensor) -> Tensor) -> Tensor {
      let sum = Tensor.zeros([1] + features.shape.dropFirst(), dtype: .float64)
      for image in images { sum += term(features[image..<image + 1].to(.float64)) }
      return sum * (1 / Double(images.count))
    }
    let overPlaces = { (t: Tensor) in t.mean(0, 1, 2, keepDimensions: true) }
    let byPlace = mean { $0 }
    let center = byPosition ? byPlace : overPlaces(byPlace)
    let variance = overPlaces(mean { ($0 - center).square() })
    let planes = { (t: Tensor) in t[0].permuted(2, 0, 1).contiguous().to(.float32) }
    self.mean = planes(center)
    // A channel that never varies says nothing, and must not divide by zero.
    scale = planes((variance + 1e-12).sqrt())
  }
}
