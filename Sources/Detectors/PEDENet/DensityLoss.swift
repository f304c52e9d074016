import Statistics
import Torch

/// What "the sum of membership probabilities" is taken to mean as a loss; the abstract does not tell.
public enum DensityLoss: String, Codable, Sendable, CaseIterable {
  /// DAGMM's energy: the negative logarithm of the sum over clusters of weighted likelihoods, the clusters being those of the
  /// batch.
  case energy
  /// The negative logarithm of the sum of memberships that need not sum to 1: `-log sum_k sigmoid(logit_k)`.
  case membership

  /// The mean loss of embeddings `[N, D]` with membership logits `[N, K]`.
  ///
  /// - Parameters:
  ///   - regularizer: on the diagonals of the batch's covariances.
  ///   - penalty: factor of the sum of the reciprocals of their diagonals, which DAGMM adds lest they vanish.
  /// - Throws: ``StatisticsError`` where a covariance is not finite or not positive definite.
  public func callAsFunction(
    _ embeddings: Tensor, logits: Tensor, regularizer: Double, penalty: Double = 0
  ) throws(StatisticsError) -> Tensor {
    switch self {
    case .energy:
      let mixture = try GaussianMixture(
        samples: embeddings, memberships: logits.softmax(1), regularizer: regularizer)
      let energy = mixture.energy(embeddings).mean()
      return penalty > 0 ? energy + penalty * (1 / mixture.variances).sum() : energy
    case .membership:
      let logSigmoid = -(-logits).softplus()
      return -logSigmoid.logSumExp(1).mean()
    }
  }
}
