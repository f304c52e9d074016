import Torch

/// Attention between tokens `[N, T, C]`, of which the first of a block's two steps consists.
protocol TokenAttention: Sendable {
  init(_ path: ParameterPath, _ channels: Int, heads: Int)
  func callAsFunction(_ tokens: Tensor) -> Tensor
}

/// The block of CaiT: attention, then a perceptron on each token, each with a layer norm before it and a learnt scale of
/// each channel (LayerScale, section 2 of the paper) after it.
struct CaiTBlock<Attention: TokenAttention>: Sendable {
  private let attentionNorm: LayerNormalization
  private let attention: Attention
  private let attentionScale: Tensor
  private let perceptronNorm: LayerNormalization
  private let hidden: Linear
  private let output: Linear
  private let perceptronScale: Tensor

  init(_ path: ParameterPath, _ channels: Int, heads: Int) {
    attentionNorm = LayerNormalization(path / "norm1", [channels], epsilon: 1e-6)
    attention = Attention(path / "attn", channels, heads: heads)
    attentionScale = path.parameter("gamma_1", [channels], .constant(1e-5))
    perceptronNorm = LayerNormalization(path / "norm2", [channels], epsilon: 1e-6)
    hidden = Linear(path / "mlp" / "fc1", channels, 4 * channels)
    output = Linear(path / "mlp" / "fc2", 4 * channels, channels)
    perceptronScale = path.parameter("gamma_2", [channels], .constant(1e-5))
  }

  /// - Parameter context: the tokens that attention is given, which are `tokens` themselves or hold them.
  func callAsFunction(_ tokens: Tensor, attendingTo context: Tensor) -> Tensor {
    let x = tokens.adding(attention(attentionNorm(context)), times: attentionScale)
    let y = hidden(perceptronNorm(x))
    y.applyGELU()
    return x.adding(output(y), times: perceptronScale)
  }
}
