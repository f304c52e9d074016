import Torch

/// Attention in which the first token alone asks, and all tokens answer (section 3 of the paper of CaiT).
struct ClassAttention: TokenAttention {
  private let heads: Int
  private let queries: Linear
  private let keys: Linear
  private let values: Linear
  private let projection: Linear

  init(_ path: ParameterPath, _ channels: Int, heads: Int) {
    self.heads = heads
    queries = Linear(path / "q", channels, channels)
    keys = Linear(path / "k", channels, channels)
    values = Linear(path / "v", channels, channels)
    projection = Linear(path / "proj", channels, channels)
  }

  /// `[N, 1, C]`: what the first token makes of all.
  func callAsFunction(_ tokens: Tensor) -> Tensor {
    let shape = tokens.shape
    let asked = Tensor.attention(
      byHead(queries(tokens.slice(1, 0..<1))), byHead(keys(tokens)), byHead(values(tokens)))
    return projection(asked.transposed(1, 2).reshaped(shape[0], 1, shape[2]))
  }

  /// `[N, heads, T, C / heads]`.
  private func byHead(_ x: Tensor) -> Tensor {
    x.reshaped(x.shape[0], x.shape[1], heads, -1).transposed(1, 2)
  }
}
