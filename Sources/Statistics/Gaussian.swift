import Foundation
import Torch

/// Normal laws of `G` groups of `D` dimensions, ready to measure distances.
public struct Gaussian: Sendable {
  /// `[G, D]`.
  public let mean: Tensor
  /// `[G, D, D]`, lower triangular: `W` with `W (x - mean)` of unit covariance, the inverse of the covariance's Cholesky
  /// factor.
  public let whitening: Tensor

  /// - Parameters:
  ///   - mean: `[G, D]`.
  ///   - whitening: `[G, D, D]`, as ``whitening``.
  package init(mean: Tensor, whitening: Tensor) {
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
    try self.init(
      moments, divisor: Double(moments.count - 1), regularizer: regularizer, dtype: dtype)
  }

  /// As ``init(_:regularizer:dtype:)``, the scatter over another divisor than the number of samples less 1.
  package init(_ moments: Moments, divisor: Double, regularizer: Double, dtype: DType)
    throws(StatisticsError)
  {
    let ratio = Double(moments.count - 1) / divisor
    var whitening: [Tensor] = []
    for block in Self.blocks(moments) {
      let own = try moments.covariance(block)
      let covariance = ratio == 1 ? own : own * ratio
      do {
        whitening.append(try Self.whitening(covariance, regularizer: regularizer).to(dtype))
      } catch {
        throw error.shifted(by: block.lowerBound)
      }
    }
    self.init(mean: moments.mean.to(dtype), whitening: .concatenate(whitening))
  }

  /// The laws of groups that are much alike: each covariance is `1 - shrinkage` of its own and `shrinkage` of the mean of all
  /// (Friedman 1989, equation 16, with groups of one size), and `ridge` of the latter's diagonal is added. So few samples
  /// suffice, and units do not matter.
  ///
  /// - Throws: ``StatisticsError`` where there are too few samples, or where a covariance is not positive definite.
  public init(_ moments: Moments, shrinkage: Double, ridge: Double, dtype: DType = .float32)
    throws(StatisticsError)
  {
    let blocks = Self.blocks(moments)
    var shared = Tensor.zeros(
      [moments.dimensions, moments.dimensions], dtype: .float64, device: moments.mean.device)
    for block in blocks { shared = shared + (try moments.covariance(block)).sum(0) }
    shared = shared * (1 / Double(moments.groups))
    // A dimension that never varies says nothing, and must not divide by zero.
    let diagonal = Self.identity(like: shared) * (shared * ridge + 1e-12)
    let floor = shared * shrinkage + diagonal
    var whitening: [Tensor] = []
    for block in blocks {
      let own = try moments.covariance(block) * (1 - shrinkage)
      do { whitening.append(try Self.whitening(own + floor, regularizer: 0).to(dtype)) } catch {
        throw error.shifted(by: block.lowerBound)
      }
    }
    self.init(mean: moments.mean.to(dtype), whitening: .concatenate(whitening))
  }

  /// Groups that are factorized at once.
  private static func blocks(_ moments: Moments) -> [Range<Int>] {
    let size = max(1, (1 << 22) / (moments.dimensions * moments.dimensions))
    return stride(from: 0, to: moments.groups, by: size).map {
      $0..<min($0 + size, moments.groups)
    }
  }

  private static func identity(like covariance: Tensor) -> Tensor {
    .identity(covariance.shape[covariance.rank - 1], dtype: covariance.dtype)
      .moved(to: covariance.device)
  }

  /// The inverse of the Cholesky factor of `covariance` `[G, D, D]` with `regularizer` on its diagonal.
  private static func whitening(_ covariance: Tensor, regularizer: Double) throws(StatisticsError)
    -> Tensor
  {
    let identity = identity(like: covariance)
    // A factorization of what is not finite may or may not say so.
    if let group = covariance.firstNotFinite { throw .notFinite(group: group) }
    let (factor, info) = (covariance + identity * regularizer).choleskyWithInfo()
    if let group = (info .> 0).firstTrue {
      throw .notPositiveDefinite(group: group, regularizer: regularizer)
    }
    return factor.solvingTriangular(identity, upper: false)
  }

  /// `G`.
  public var groups: Int { mean.shape[0] }
  /// `D`.
  public var dimensions: Int { mean.shape[1] }

  /// `W (x - mean)` `[N, G, D]` of samples `[N, G, D]` of the law's type: of unit covariance where the law is theirs.
  public func whitened(_ samples: Tensor) -> Tensor {
    let deviations = samples - mean
    // One matrix for all samples, or one for each group.
    guard groups > 1 else { return deviations.linear(whitening[0]) }
    return whitening.matmul(deviations.permuted(1, 2, 0)).permuted(2, 0, 1)
  }

  /// Natural logarithm of the density, the mean over samples `[N, G, D]` and groups.
  package func logLikelihood(_ samples: Tensor) -> Double {
    let determinants = (whitening * Self.identity(like: whitening)).sum(2).log().sum(1)
    let dimensions = Double(dimensions)
    return (determinants - mahalanobisSquared(samples) * 0.5).mean().item()
      - 0.5 * dimensions * log(2 * .pi)
  }

  /// Squared Mahalanobis distances `[N, G]` of samples `[N, G, D]` of the law's type: chi-square with `D` degrees of freedom
  /// where the law is theirs, Hotelling's where it was estimated from other samples.
  public func mahalanobisSquared(_ samples: Tensor) -> Tensor {
    precondition(
      Array(samples.shape.dropFirst()) == mean.shape,
      "samples \(samples.shape), expected [N, \(groups), \(dimensions)]")
    return whitened(samples).square().sum(2)
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
