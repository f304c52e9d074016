import Torch

/// Squared Mahalanobis distances of samples from the law of all others: what the law would say had it not learnt from them.
///
/// Of n samples with mean m and scatter S, m samples F with deviations D from the mean are left out. What is left has the scatter
/// S - D' M D with M = I + 1 1' / (n - m), so that the distance follows from one factorization for all by the Woodbury identity:
/// with A = S / (n - m - 1) + regularizer, G = D A^-1 D' and C = M / (n - m - 1), that of the j-th sample is
/// c' (G + G (C^-1 - G)^-1 G) c, where c is the j-th unit vector plus 1 / (n - m). Nothing is fitted anew.
package struct LeftOut {
  private let moments: Moments
  /// Samples that are left out at once.
  private let size: Int
  /// The whitening of A, float64: what is subtracted may be nearly all there is.
  private let gaussian: Gaussian

  /// - Parameters:
  ///   - moments: of all samples, those that are left out among them.
  ///   - size: how many are left out at once.
  /// - Throws: ``StatisticsError`` where fewer than two samples would be left, or where A is not positive definite.
  package init(_ moments: Moments, size: Int, regularizer: Double) throws(StatisticsError) {
    guard moments.count - size > 1 else { throw .tooFewSamples(moments.count - size) }
    self.moments = moments
    self.size = size
    gaussian = try Gaussian(
      moments, divisor: Double(moments.count - size - 1), regularizer: regularizer,
      dtype: .float64)
  }

  /// The distances `[m, G]`, float64, of samples `[m, G, D]` that the moments have seen and that are left out together; where one
  /// at a time is left out, of any number of them.
  package func distancesSquared(_ samples: Tensor) -> Tensor {
    precondition(
      size == 1 || samples.shape[0] == size, "\(samples.shape[0]) samples, not \(size)")
    let (count, rest) = (Double(moments.count), Double(moments.count - size))
    return noGrad {
      let whitened = gaussian.whitened(samples.to(.float64))
      if size == 1 {
        let q = whitened.square().sum(2)
        let c = count / (rest * (rest - 1))
        return q * (count / rest * (count / rest)) / (q * -c + 1).clamped(min: Self.least)
      }
      // [G, m, D]
      let deviations = whitened.permuted(1, 0, 2)
      let gram = deviations.matmul(deviations.transposed(1, 2))
      let ones = Tensor.full([size, size], 1, dtype: .float64).moved(to: gram.device)
      let identity = Tensor.identity(size, dtype: .float64).moved(to: gram.device)
      let inverse = (identity - ones * (1 / count)) * (rest - 1)
      let query = identity + ones * (1 / rest)
      let projected = gram.matmul(query)
      let (factor, _) = (inverse - gram).choleskyWithInfo()
      let solved = factor.solvingTriangular(projected, upper: false)
      let direct = (query * projected).sum(1)
      return (direct + solved.square().sum(1)).transposed(0, 1)
    }
  }

  /// Below what rounding leaves of a difference that is 0.
  private static let least = 1e-12
}
