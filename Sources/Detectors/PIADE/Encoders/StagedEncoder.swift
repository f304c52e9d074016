import Backbones
import Torch

/// A trainable encoder: parts that follow each other, with squeeze-and-excitation after each; keys below `encoder` are the
/// published ones of the network.
struct StagedEncoder: Sendable {
  private let chain: LayerChain
  private let excitations: [SqueezeExcitation]
  /// Channels of the last part.
  let channels: Int

  /// - Parameter excites: whether channels are weighed after each part.
  init(_ path: ParameterPath, _ chain: LayerChain, excites: Bool) {
    self.chain = chain
    let widths = chain.parts.map(\.tap.channels)
    excitations =
      excites ? widths.enumerated().map { SqueezeExcitation(path / $0, channels: $1) } : []
    channels = widths[widths.count - 1]
  }

  /// The features `[N, C, h, w]` after each part.
  func callAsFunction(_ images: Tensor, training: Bool) -> [Tensor] {
    var x = images
    return chain.parts.enumerated().map { index, part in
      x = part(x, training: training)
      if !excitations.isEmpty { x = excitations[index](x) }
      return x
    }
  }
}

/// Channels weighed by what all positions say together (Hu, Shen, Sun 2018); keys `reduce.weight` and `expand.weight`.
private struct SqueezeExcitation: Sendable {
  private let reduce: Linear
  private let expand: Linear

  init(_ path: ParameterPath, channels: Int) {
    let hidden = max(channels / 16, 1)
    reduce = Linear(path / "reduce", channels, hidden, bias: false)
    expand = Linear(path / "expand", hidden, channels, bias: false)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let weights = expand(reduce(x.mean(2, 3)).relu()).sigmoid()
    return x * weights.unsqueezed(2).unsqueezed(3)
  }
}
