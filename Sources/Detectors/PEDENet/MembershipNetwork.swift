import Torch

/// The DE network: to which of `K` clusters an embedding belongs. Its form is DAGMM's estimation network (Zong et al. 2018).
public struct MembershipNetwork: Sendable {
  /// What densities are of.
  public enum Input: String, Codable, Sendable, CaseIterable {
    /// Embeddings as they are. Then the loss is least where all of them are the same.
    case embedding
    /// Embeddings of which each dimension has mean 0 and variance 1, as batch normalization makes them: what can be gained
    /// is clusters, and nothing by shrinking.
    case standardized
  }

  static let dropout = 0.5
  let input: Input
  let first: Linear
  let second: Linear
  /// Of the embeddings seen in training, which move with them.
  private let mean: Tensor
  private let variance: Tensor

  public init(
    _ path: ParameterPath, dimensions: Int, clusters: Int, input: Input = .embedding
  ) {
    self.input = input
    first = Linear(path / 0, dimensions, 32)
    second = Linear(path / 2, 32, clusters)
    mean = path.buffer("mean", [dimensions], .constant(0))
    variance = path.buffer("variance", [dimensions], .constant(1))
  }

  /// Embeddings `[N, D]` as densities are taken of them.
  ///
  /// - Parameter isTraining: takes the statistics of the batch, and moves those that are kept towards them.
  public func prepared(_ embeddings: Tensor, isTraining: Bool = false) -> Tensor {
    guard input == .standardized else { return embeddings }
    return embeddings.batchNormalized(
      weight: nil, bias: nil, mean: mean, variance: variance, training: isTraining)
  }

  /// The logits `[N, K]` of prepared embeddings `[N, D]`; memberships are their softmax.
  ///
  /// - Parameter generator: draws what is dropped out in training; nothing is where there is none.
  public func callAsFunction(_ prepared: Tensor, dropout generator: Generator? = nil) -> Tensor {
    var hidden = first(prepared).tanh()
    if let generator {
      let drawn = Tensor.uniform(hidden.shape, generator: generator).moved(to: hidden.device)
      hidden = hidden * ((drawn .>= Self.dropout).to(hidden.dtype) * (1 / (1 - Self.dropout)))
    }
    return second(hidden)
  }
}
