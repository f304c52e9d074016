import Torch

/// Normal laws of `G` groups of `D` dimensions, ready to measure distances.
public struct Gaussian: Sendable {
  /// `[G, D]`.
  public let mean: Tensor
  /// `[G, D, D]`, lower triangular: `W` with `W (x - mean)` of unit covariance, the inverse of the covariance's Cholesky
  /// factor.
  public let whitening: Tensor

  public init(mean: Tensor, whitening: Tensor) {
    precondition(
      whitening.shape == mean.shape + [mean.shape[1]], "\(whitening.shape) cannot whiten \(mean)")
    self.mean = mean
    self.whitening = whitening
  }

  /// The laws of the samples, `regularizer` added to the diagonal of each covariance.
  ///
  /// They are computed in float64, some groups at a time, and kept as `dtype`.
  ///
  /// - Throws: ``StatisticsError`` where there are too few samples, or where a covariance is not positive definite.
  public init(_ moments: Moments, regularizer: Double, dtype: DType = .float32)
    throws(StatisticsError)
  {
    let block = max(1, (1 << 22) / (moments.dimensions * moments.dimensions))
    var whitening: [Tensor] = []
    for start in stride(from: 0, to: moments.groups, by: block) {
      let range = start..<min(start + block, moments.groups)
      let covariance = try moments.covariance(range)
      do {
        whitening.append(try Self.whitening(covariance, regularizer: regularizer).to(dtype))
      } catch {
        throw error.shifted(by: start)
      }
    }
    self.init(mean: moments.mean.to(dtype), whitening: .concatenate(whitening))
  }

  /// The inverse of the Cholesky factor of `covariance` `[G, D, D]` with `regularizer` on its diagonal.
  private static func whitening(_ covariance: Tensor, regularizer: Double) throws(StatisticsError)
    -> Tensor
  {
    let identity = Tensor.identity(covariance.shape[1], dtype: covariance.dtype)
      .moved(to: covariance.device)
    // A factorization of what is not finite may or may not say so.
    if let group = covariance.firstNotFinite { throw .notFinite(group: group) }
    let (factor, info) = (covariance + identity * regularizer).choleskyWithInfo()
    if let group = (info .> 0).firstTrue {
      throw .notPositiveDefinite(group: group, regularizer: regularizer)
    }
    return factor.solvingTriangular(identity, upper: false)
  }

  public var groups: Int { mean.shape[0] }
  public var dimensions: Int { mean.shape[1] }

  /// Squared Mahalanobis distances `[N, G]` of samples `[N, G, D]` of the law's type: chi-square with `D` degrees of freedom
  /// where the law is theirs.
  public func mahalanobisSquared(_ samples: Tensor) -> Tensor {
    precondition(
      Array(samples.shape.dropFirst()) == mean.shape,
      "samples \(samples.shape), expected [N, \(groups), \(dimensions)]")
    let deviations = samples - mean
    // One matrix for all samples, or one for each group.
    guard groups > 1 else { return deviations.linear(whitening[0]).square().sum(2) }
    return whitening.matmul(deviations.permuted(1, 2, 0)).square().sum(1).transposed(0, 1)
  }
}

extension StatisticsError {
  /// The same of a group further on.
  fileprivate func shifted(by groups: Int) -> StatisticsError {
    switch self {
    case .tooFewSamples: self
    case .notFinite(let group): .notFinite(group: group + groups)
    case .notPositiveDefinite(let group, let regularizer):
      .notPositiveDefinite(group: group + groups, regularizer: regularizer)
    }
  }
}
