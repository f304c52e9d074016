import Inspection
import Statistics
import Torch

/// The normal law of how good images are reconstructed, by which unusual errors are told from those that are merely large.
struct ErrorLaw {
  /// Added to the diagonal, where all variances are 1.
  static let regularizer = 0.01

  /// Of each error, `[D]`, over good images.
  private let deviations: Tensor
  private let mean: Tensor
  private let whitening: Tensor

  init(_ path: ParameterPath, count: Int) {
    deviations = path.buffer("deviations", [count], .constant(1))
    mean = path.buffer("mean", [1, count], .constant(0))
    whitening = path.buffer("whitening", [1, count, count], .constant(0))
  }

  /// The squared Mahalanobis distance of errors `[N, D]`, `[N]`.
  func callAsFunction(_ errors: Tensor) -> Tensor {
    Statistics.Gaussian(mean: mean, whitening: whitening)
      .mahalanobisSquared((errors / deviations).unsqueezed(1)).squeezed(1)
  }

  /// Learns the law of errors `[N, D]` of good images.
  ///
  /// - Throws: ``InspectionError`` where they have none.
  func adapt(to errors: Tensor) throws {
    // Errors have units of their own; what does not vary counts for nothing.
    let spread = errors.to(.float64).variance(0, correction: 0).sqrt()
    noGrad { deviations.copy(from: spread.clamped(min: 1e-6)) }
    var moments = Moments(groups: 1, dimensions: errors.shape[1], device: errors.device)
    moments.add((errors / deviations).unsqueezed(1))
    let law = try lawOfTrainingImages { () throws(StatisticsError) in
      try Statistics.Gaussian(moments, regularizer: Self.regularizer)
    }
    noGrad {
      mean.copy(from: law.mean)
      whitening.copy(from: law.whitening)
    }
  }
}
