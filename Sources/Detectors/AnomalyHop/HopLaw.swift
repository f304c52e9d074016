import Statistics
import Torch

/// The law of a hop's features in good images.
enum HopLaw: Sendable {
  /// Of each position or, with one group, of all.
  case gaussian(Gaussian)
  case selfReference(regularizer: Double)

  /// Squared Mahalanobis distances `[N, h, w]` of features `[N, C, h, w]`.
  func distancesSquared(_ features: Tensor) -> Tensor {
    let (count, height, width) = (features.shape[0], features.shape[2], features.shape[3])
    switch self {
    case .gaussian(let gaussian):
      let samples = Self.samples(features, byPosition: gaussian.groups > 1)
      return gaussian.mahalanobisSquared(samples).reshaped(count, height, width)
    case .selfReference(let regularizer):
      // The images are the groups, their positions the samples.
      let samples = features.flattened(from: 2).permuted(2, 0, 1)
      var moments = Moments(groups: count, dimensions: features.shape[1])
      moments.add(samples)
      guard let own = try? Gaussian(moments, regularizer: regularizer) else {
        // Features that are not finite have no law.
        return .full([count, height, width], .nan)
      }
      return own.mahalanobisSquared(samples).transposed(0, 1).reshaped(count, height, width)
    }
  }

  /// The mean over positions of the log-determinant of the covariance; nil where it is each image's own.
  var meanLogDeterminant: Double? {
    guard case .gaussian(let gaussian) = self else { return nil }
    // The whitening is the inverse of a triangular factor.
    let diagonals = (0..<gaussian.dimensions).map { axis in
      gaussian.whitening.select(1, axis).select(1, axis)
    }
    return -2 * Tensor.stack(diagonals).to(.float64).log().sum(0).mean().item()
  }

  /// Features `[N, C, h, w]` as samples `[N, h * w, C]`, or `[N * h * w, 1, C]`.
  static func samples(_ features: Tensor, byPosition: Bool) -> Tensor {
    let shape = features.shape
    let channelsLast = features.permuted(0, 2, 3, 1)
    return byPosition
      ? channelsLast.reshaped(shape[0], shape[2] * shape[3], shape[1])
      : channelsLast.reshaped(-1, 1, shape[1])
  }
}
