import Statistics
import Torch

/// The three networks of PEDENet; DE and LP are there once for each patch size.
package struct PEDENetNetwork: Sendable {
  package let encoder: PatchEncoder
  /// The DE networks.
  package let memberships: [MembershipNetwork]
  /// The LP networks.
  package let locations: [LocationNetwork]

  init(_ parameters: Parameters, settings: PEDENet) {
    encoder = PatchEncoder(
      parameters.root / "encoder", dimensions: settings.dimensions, width: settings.width)
    memberships = settings.patchSizes.map { size in
      MembershipNetwork(
        parameters.root / "memberships" / size, dimensions: settings.dimensions,
        clusters: settings.clusters)
    }
    locations = settings.patchSizes.map { size in
      LocationNetwork(parameters.root / "locations" / size, dimensions: settings.dimensions)
    }
  }

  /// DAGMM's energy: the mean negative logarithm of the density of embeddings `[N, D]` in the mixture that the batch makes
  /// of them by membership logits `[N, K]`.
  ///
  /// - Throws: ``StatisticsError`` where a covariance is not finite or not positive definite.
  func densityLoss(_ embeddings: Tensor, logits: Tensor) throws(StatisticsError) -> Tensor {
    try Self.densityLoss(embeddings, logits: logits, regularizer: 0.1)
  }

  /// - Parameter regularizer: on the diagonals of the batch's covariances.
  package static func densityLoss(_ embeddings: Tensor, logits: Tensor, regularizer: Double)
    throws(StatisticsError) -> Tensor
  {
    try GaussianMixture(
      samples: embeddings, memberships: logits.softmax(1), regularizer: regularizer
    ).energy(embeddings).mean()
  }
}

extension PEDENetNetwork {
  /// The mean of `-log sum_k sigmoid(logit_k)` of membership logits `[N, K]`.
  package static func membershipLoss(logits: Tensor) -> Tensor {
    let logSigmoid = -(-logits).softplus()
    return -logSigmoid.logSumExp(1).mean()
  }
}

/// The DE network: to which of `K` clusters an embedding belongs. Its form is DAGMM's estimation network (Zong et al. 2018).
///
/// Densities are of embeddings of which each dimension has mean 0 and variance 1, as batch normalization makes them: what can
/// be gained is clusters, and nothing by shrinking.
package struct MembershipNetwork: Sendable {
  static let dropout = 0.5
  let first: Linear
  let second: Linear
  /// Of the embeddings seen in training, which move with them.
  private let mean: Tensor
  private let variance: Tensor

  package init(_ path: ParameterPath, dimensions: Int, clusters: Int) {
    first = Linear(path / 0, dimensions, 32)
    second = Linear(path / 2, 32, clusters)
    mean = path.buffer("mean", [dimensions], .constant(0))
    variance = path.buffer("variance", [dimensions], .constant(1))
  }

  /// Embeddings `[N, D]` as densities are taken of them.
  ///
  /// - Parameter isTraining: takes the statistics of the batch, and moves those that are kept towards them.
  func prepared(_ embeddings: Tensor, isTraining: Bool = false) -> Tensor {
    embeddings.batchNormalized(
      weight: nil, bias: nil, mean: mean, variance: variance, training: isTraining)
  }

  /// The logits `[N, K]` of prepared embeddings `[N, D]`; memberships are their softmax.
  ///
  /// - Parameter generator: draws what is dropped out in training; nothing is where there is none.
  package func callAsFunction(_ prepared: Tensor, dropout generator: Generator? = nil) -> Tensor {
    var hidden = first(prepared).tanh()
    if let generator {
      let drawn = Tensor.uniform(hidden.shape, generator: generator).moved(to: hidden.device)
      hidden = hidden * ((drawn .>= Self.dropout).to(hidden.dtype) * (1 / (1 - Self.dropout)))
    }
    return second(hidden)
  }
}

/// The LP network: in which of eight directions the second of two neighboring patches lies.
package struct LocationNetwork: Sendable {
  private let layers: [Linear]

  package init(_ path: ParameterPath, dimensions: Int) {
    layers = [
      Linear(path / 0, 2 * dimensions, 128), Linear(path / 2, 128, 128),
      Linear(path / 4, 128, Direction.count),
    ]
  }

  /// The logits `[N, 8]` of the directions from `first` to `second`, both `[N, D]`.
  package func callAsFunction(_ first: Tensor, _ second: Tensor) -> Tensor {
    let hidden = layers.dropLast().reduce(.concatenate([first, second], axis: 1)) {
      $1($0).leakyReLU(slope: PatchEncoder.slope)
    }
    return layers[layers.count - 1](hidden)
  }
}
