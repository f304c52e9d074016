import Torch

/// Mean and standard deviation of the training features of one scale.
package struct FeatureStatistics {
  /// `[C, 1, 1]`, or `[C, h, w]` by position.
  let mean: Tensor
  /// `[C, 1, 1]`: about the mean, whichever it is.
  let deviation: Tensor

  /// - Parameter features: `[N, h, w, C]`.
  init(_ features: Tensor, byPosition: Bool) {
    let mean =
      byPosition
      ? features.mean(0, keepDimensions: true) : features.mean(0, 1, 2, keepDimensions: true)
    // Image by image, since a centered copy of all features would double the memory.
    let squares = (0..<features.shape[0]).map { image in
      (features[image..<image + 1] - mean).square().mean(0, 1, 2, keepDimensions: true)
    }
    let variance = Tensor.concatenate(squares).mean(0, keepDimensions: true)
    let planes = { (t: Tensor) in t[0].permuted(2, 0, 1).contiguous() }
    self.mean = planes(mean)
    // A channel that never varies says nothing, and must not divide by zero.
    deviation = planes((variance + 1e-12).sqrt())
  }
}
