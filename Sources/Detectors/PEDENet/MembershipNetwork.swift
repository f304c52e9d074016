import Torch

/// The DE network: to which of `K` clusters an embedding belongs. Its form is DAGMM's estimation network (Zong et al. 2018).
public struct MembershipNetwork {
  static let dropout = 0.5
  let first: Linear
  let second: Linear

  public init(_ path: ParameterPath, dimensions: Int, clusters: Int) {
    first = Linear(path / 0, dimensions, 32)
    second = Linear(path / 2, 32, clusters)
  }

  /// The logits `[N, K]` of embeddings `[N, D]`; memberships are their softmax.
  ///
  /// - Parameter generator: draws what is dropped out in training; nothing is where there is none.
  public func callAsFunction(_ embeddings: Tensor, dropout generator: Generator? = nil) -> Tensor {
    var hidden = first(embeddings).tanh()
    if let generator {
      let drawn = Tensor.uniform(hidden.shape, generator: generator).moved(to: hidden.device)
      hidden = hidden * ((drawn .>= Self.dropout).to(hidden.dtype) * (1 / (1 - Self.dropout)))
    }
    return second(hidden)
  }
}
