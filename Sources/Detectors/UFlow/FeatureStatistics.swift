import Statistics
import Torch

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
