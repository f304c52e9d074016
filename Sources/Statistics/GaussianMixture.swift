import Foundation
import Torch

/// A mixture of `K` Gaussians of `D` dimensions with full covariances.
///
/// Everything stays in the log domain and is made of operations that can be differentiated, so that a mixture of a batch's
/// own moments can be part of a loss.
public struct GaussianMixture: Sendable {
  /// `[K]`: logarithms of the components' shares.
  private let logWeights: Tensor
  /// `[K, D]`.
  public let mean: Tensor
  /// `[K, D, D]`, lower triangular: the inverse of the covariance's Cholesky factor.
  public let whitening: Tensor
  /// `[K, D]`: the diagonals of the covariances.
  package let variances: Tensor
  /// `[K]`: half the logarithm of the covariance's determinant.
  private let halfLogDeterminant: Tensor

  /// A share below it counts as it: the logarithm of a component without members must be finite, and have a gradient.
  private static let leastWeight = 1e-12

  /// - Parameters:
  ///   - weights: `[K]`, of sum 1.
  ///   - covariance: `[K, D, D]`, to whose diagonals `regularizer` is added.
  /// - Throws: ``StatisticsError`` where a covariance is not finite or not positive definite.
  public init(weights: Tensor, mean: Tensor, covariance: Tensor, regularizer: Double)
    throws(StatisticsError)
  {
    if let component = covariance.firstNotFinite { throw .notFinite(group: component) }
    let identity = Tensor.identity(mean.shape[1], dtype: mean.dtype).moved(to: mean.device)
    let (factor, info) = (covariance + identity * regularizer).choleskyWithInfo()
    if let component = (info .> 0).firstTrue {
      throw .notPositiveDefinite(group: component, regularizer: regularizer)
    }
    logWeights = weights.clamped(min: Self.leastWeight).log()
    self.mean = mean
    whitening = factor.solvingTriangular(identity, upper: false)
    variances = factor.square().sum(2)
    halfLogDeterminant = (factor * identity).sum(2).log().sum(1)
  }

  /// The mixture of samples `[N, D]` that belong to the components as `memberships` `[N, K]` say (Zong et al., DAGMM, 2018,
  /// equation 5), `regularizer` added to the diagonals of its covariances.
  ///
  /// - Throws: ``StatisticsError`` where a covariance is not finite or not positive definite.
  public init(samples: Tensor, memberships: Tensor, regularizer: Double) throws(StatisticsError) {
    let mass = memberships.sum(0)
    let divisor = mass.clamped(min: Self.leastWeight).reshaped(-1, 1, 1)
    let mean = memberships.transposed(0, 1).matmul(samples) / divisor.squeezed(2)
    let deviations = samples.unsqueezed(0) - mean.unsqueezed(1)
    let weighted = deviations * memberships.transposed(0, 1).unsqueezed(2)
    try self.init(
      weights: mass / mass.sum(), mean: mean,
      covariance: weighted.transposed(1, 2).matmul(deviations) / divisor, regularizer: regularizer)
  }

  /// The mixture of all samples that `moments` have seen, `regularizer` added to the diagonals of its covariances; computed
  /// in float64 and kept as `dtype`.
  ///
  /// - Throws: ``StatisticsError`` where there are no samples, or where a covariance is not finite or not positive definite.
  public init(_ moments: MixtureMoments, regularizer: Double, dtype: DType = .float32)
    throws(StatisticsError)
  {
    guard moments.mass.sum().item() > 0 else { throw .tooFewSamples(0) }
    let exact = try GaussianMixture(
      weights: moments.mass / moments.mass.sum(), mean: moments.mean,
      covariance: moments.covariance, regularizer: regularizer)
    logWeights = exact.logWeights.to(dtype)
    mean = exact.mean.to(dtype)
    whitening = exact.whitening.to(dtype)
    variances = exact.variances.to(dtype)
    halfLogDeterminant = exact.halfLogDeterminant.to(dtype)
  }

  /// `K`.
  public var components: Int { mean.shape[0] }
  /// `D`.
  public var dimensions: Int { mean.shape[1] }

  /// Logarithms of the components' weighted densities `[N, K]` at samples `[N, D]`.
  private func logDensities(_ samples: Tensor) -> Tensor {
    // One product for all components: whitened samples [N, K D] less whitened means.
    let whitened = samples.linear(
      whitening.reshaped(-1, dimensions),
      bias: -whitening.matmul(mean.unsqueezed(2)).reshaped(-1))
    let distances = whitened.reshaped(-1, components, dimensions).square().sum(2)
    let constant = logWeights - halfLogDeterminant - Double(dimensions) / 2 * log(2 * .pi)
    return constant - distances * 0.5
  }

  /// The negative logarithm of the mixture's density `[N]` at samples `[N, D]`.
  public func energy(_ samples: Tensor) -> Tensor { -logDensities(samples).logSumExp(1) }

  /// How likely each component is the one that made a sample, `[N, K]`.
  public func memberships(_ samples: Tensor) -> Tensor { logDensities(samples).softmax(1) }
}
