import Torch

/// The directions of most variance of samples in `G` groups of `D` dimensions, each group by itself.
///
/// Signs are free; here the entry of largest magnitude of each component is positive, as scikit-learn has it since 1.5.
public struct PrincipalComponents: Sendable {
  /// `[G, D]`, float64.
  public let mean: Tensor
  /// Variances along all `D` axes, falling: `[G, D]`, float64.
  public let variances: Tensor
  /// The first `M` axes as rows: `[G, M, D]`, float64, orthonormal.
  public let components: Tensor

  /// - Parameter count: components to keep of each group, all where nil.
  /// - Throws: ``StatisticsError`` where there are too few samples or a covariance is not finite.
  public init(_ moments: Moments, count: Int? = nil) throws(StatisticsError) {
    let count = count ?? moments.dimensions
    precondition((1...moments.dimensions).contains(count), "\(count) components cannot be had")
    let covariance = try moments.covariance()
    if let group = covariance.firstNotFinite { throw .notFinite(group: group) }
    let (values, vectors) = covariance.symmetricEigen()
    mean = moments.mean
    // Rounding takes the variance of a flat direction below 0.
    variances = values.flipped(1).clamped(min: 0)
    let rows = vectors.transposed(1, 2).flipped(1).slice(1, 0..<count)
    let largest = rows.gathering(rows.abs().argmax(2).unsqueezed(2), axis: 2)
    components = rows * (largest / largest.abs())
  }

  /// The share of each axis in the variance of its group: `[G, D]`; 0 where nothing varies.
  public var varianceRatios: Tensor {
    let total = variances.sum(1, keepDimensions: true)
    return variances
      / total.clamped(min: Double.leastNormalMagnitude)
  }

  /// Coordinates `[N, G, M]` of samples `[N, G, D]`, of their type.
  public func projected(_ samples: Tensor) -> Tensor {
    let deviations = samples - mean.to(samples.dtype)
    let axes = components.to(samples.dtype)
    guard mean.shape[0] > 1 else { return deviations.linear(axes[0]) }
    return axes.matmul(deviations.permuted(1, 2, 0)).permuted(2, 0, 1)
  }
}
