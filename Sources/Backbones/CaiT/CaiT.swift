import Torch

/// CaiT: a vision transformer whose patches attend to each other with talking heads, and whose class token joins in the
/// last two blocks alone; keys as timm's and as the authors' checkpoints.
///
/// Its features are the tokens of the patches after a given number of blocks, under the network's own last layer norm.
///
/// Source: Touvron et al., "Going deeper with Image Transformers", 2021.
package final class CaiT: ClassifyingBackbone {
  package let taps: [FeatureTap]
  package let imageSide: Int?
  private let configuration: CaiTConfiguration
  private let patches: FrozenConvolution2D
  /// `[1, T, C]`.
  private let positions: Tensor
  /// `[1, 1, C]`.
  private let classToken: Tensor
  private let blocks: [CaiTBlock<TalkingHeadsAttention>]
  private let classBlocks: [CaiTBlock<ClassAttention>]
  private let norm: LayerNormalization
  private let head: Linear

  package init(_ path: ParameterPath, _ configuration: CaiTConfiguration) {
    self.configuration = configuration
    imageSide = configuration.imageSide
    taps = configuration.taps
    let channels = configuration.channels
    let patch = Convolution2D(
      path / "patch_embed" / "proj", 3, channels, kernel: CaiTConfiguration.patch)
    patches = FrozenConvolution2D(
      weight: patch.weight, bias: patch.bias!, stride: CaiTConfiguration.patch)
    let places = configuration.side * configuration.side
    positions = path.parameter(
      "pos_embed", [1, places, channels], .normal(standardDeviation: 0.02))
    classToken = path.parameter("cls_token", [1, 1, channels], .normal(standardDeviation: 0.02))
    blocks = (0..<configuration.depth).map {
      CaiTBlock(path / "blocks" / $0, channels, heads: configuration.heads)
    }
    classBlocks = (0..<CaiTConfiguration.classDepth).map {
      CaiTBlock(path / "blocks_token_only" / $0, channels, heads: configuration.heads)
    }
    norm = LayerNormalization(path / "norm", [channels], epsilon: 1e-6)
    head = Linear(path / "head", channels, 1000)
  }

  package func features(_ images: Tensor, taps names: [String]) -> [Tensor] {
    precondition(names.allSatisfy { $0 == taps[0].name }, "no tap of one of the names \(names)")
    return maps(images, afterBlocks: names.map { _ in configuration.featureDepth })
  }

  /// The features `[N, C, h, w]` after each of `depths` blocks, from 1, in the order asked for; nothing is computed beyond
  /// the deepest.
  package func maps(_ images: Tensor, afterBlocks depths: [Int]) -> [Tensor] {
    guard let deepest = depths.max() else { return [] }
    return noGrad {
      var x = embedded(images)
      var maps: [Int: Tensor] = [:]
      for (index, block) in blocks[..<deepest].enumerated() {
        x = block(x, attendingTo: x)
        if depths.contains(index + 1) { maps[index + 1] = map(norm(x)) }
      }
      return depths.map { maps[$0]! }
    }
  }

  package func logits(_ images: Tensor) -> Tensor {
    noGrad {
      let x = blocks.reduce(embedded(images)) { $1($0, attendingTo: $0) }
      let token = classBlocks.reduce(classToken.expanded(x.shape[0], 1, x.shape[2])) {
        token, block in block(token, attendingTo: .concatenate([token, x], axis: 1))
      }
      return head(norm(token).select(1, 0))
    }
  }

  /// One token for each patch, row by row, `[N, T, C]`.
  private func embedded(_ images: Tensor) -> Tensor {
    precondition(
      images.shape.suffix(2) == [configuration.imageSide, configuration.imageSide],
      "images \(images.shape), expected a side of \(configuration.imageSide)")
    let map = patches(images.contiguous(.channelsLast))
    return map.permuted(0, 2, 3, 1).reshaped(map.shape[0], -1, map.shape[1]) + positions
  }

  /// `[N, C, h, w]` from tokens, in channels-last order as they lie.
  private func map(_ tokens: Tensor) -> Tensor {
    let side = configuration.side
    return tokens.reshaped(tokens.shape[0], side, side, tokens.shape[2]).permuted(0, 3, 1, 2)
  }
}

/// The widths and depths of a CaiT.
package struct CaiTConfiguration: Sendable {
  /// Side in pixels of a patch, which becomes a token.
  static let patch = 16
  /// Blocks that gather the patches into the class token, after all others.
  static let classDepth = 2

  /// Side in pixels of the images: there is a learnt vector for each place.
  let imageSide: Int
  let channels: Int
  let heads: Int
  let depth: Int
  /// Blocks before the features are taken.
  let featureDepth: Int

  package init(imageSide: Int, channels: Int, heads: Int, depth: Int, featureDepth: Int) {
    self.imageSide = imageSide
    self.channels = channels
    self.heads = heads
    self.depth = depth
    self.featureDepth = featureDepth
  }

  // Features are taken where U-Flow takes them.
  package static let s24 = Self(
    imageSide: 224, channels: 384, heads: 8, depth: 24, featureDepth: 21)
  package static let m48 = Self(
    imageSide: 448, channels: 768, heads: 16, depth: 48, featureDepth: 41)

  /// Another of the same widths.
  package func with(depth: Int, featureDepth: Int) -> Self {
    Self(
      imageSide: imageSide, channels: channels, heads: heads, depth: depth,
      featureDepth: featureDepth)
  }

  /// Tokens along a side of the image.
  var side: Int { imageSide / Self.patch }

  var taps: [FeatureTap] {
    [FeatureTap("blocks.\(featureDepth - 1)", stride: Self.patch, channels: channels)]
  }
}

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
