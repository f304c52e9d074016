import Torch

/// Mean and standard deviation of the training features of one scale, `[C, 1, 1]` or `[C, h, w]`.
struct FeatureStatistics {
  let mean: Tensor
  let deviation: Tensor

  /// Keeps a position where the training images hardly differ from making a mountain of every small change there: its
  /// variance counts as at least this share of the channel's.
  static let leastShare = 0.01

  /// - Parameter features: `[N, h, w, C]`.
  init(_ features: Tensor, byPosition: Bool) {
    let perChannel = features.variance(0, 1, 2, correction: 0, keepDimensions: true)
    var mean = features.mean(0, 1, 2, keepDimensions: true)
    var variance = perChannel
    if byPosition {
      mean = features.mean(0, keepDimensions: true)
      variance = features.variance(0, correction: 0, keepDimensions: true)
      variance = variance + perChannel * Self.leastShare
    }
    let planes = { (t: Tensor) in t[0].permuted(2, 0, 1).contiguous() }
    self.mean = planes(mean)
    // A channel that never varies says nothing, and must not divide by zero.
    deviation = planes((variance + 1e-12).sqrt())
  }
}
