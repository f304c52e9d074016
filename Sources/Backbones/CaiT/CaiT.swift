import Torch

/// CaiT: a vision transformer whose patches attend to each other with talking heads, and whose class token joins in the
/// last two blocks alone; keys as timm's and as the authors' checkpoints.
///
/// Its features are the tokens of the patches after a given number of blocks, under the network's own last layer norm.
///
/// Source: Touvron et al., "Going deeper with Image Transformers", 2021.
package final class CaiT: Backbone {
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

  package func features(_ images: Tensor, strides: [Int]) -> [Tensor] {
    let known = strides.allSatisfy { $0 == CaiTConfiguration.patch }
    precondition(known, "no tap of one of the strides \(strides)")
    return maps(images, afterBlocks: strides.map { _ in configuration.featureDepth })
  }

  /// The features `[N, C, h, w]` after each of `depths` blocks, in the order asked for; nothing is computed beyond the
  /// deepest.
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
