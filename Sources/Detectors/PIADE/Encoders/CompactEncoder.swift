import Backbones
import Torch

/// A small residual network for images of 28 to 64 pixels, ours: a 3x3 stem and three blocks; all but the
/// first block halve the sides.
enum CompactEncoder {
  static let halvings = 3
  /// Channels of the decoder, from the encoder's grid on.
  static let decoderWidths = [64, 32, 16]
  private static let widths = [32, 64, 128]

  static func chain(_ path: ParameterPath) -> LayerChain {
    let stem = NormalizedConvolution(
      path / "conv1", path / "bn1", 3, widths[0], kernel: 3, stride: 2, form: .trainable)
    let first = FeatureTap("bn1", stride: 2, channels: widths[0])
    return LayerChain(
      [.init(first) { stem($0, training: $1) }]
        + widths.enumerated().map { index, width in
          let block = ResidualBlock(
            path / "layer\(index + 1)" / 0, index == 0 ? widths[0] : widths[index - 1],
            .basic(width: width), stride: index == 0 ? 1 : 2, .trainable)
          let tap = FeatureTap("layer\(index + 1)", stride: 2 << index, channels: width)
          return .init(tap) { block($0, training: $1) }
        })
  }
}
