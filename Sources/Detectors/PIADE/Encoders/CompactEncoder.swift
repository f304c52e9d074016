import Torch

/// A small residual network for images of 28 to 64 pixels, ours: a 3x3 stem and three blocks; all but the
/// first block halve the sides.
enum CompactEncoder {
  static let halvings = 3
  /// Channels of the decoder, from the encoder's grid on.
  static let decoderWidths = [64, 32, 16]
  private static let widths = [32, 64, 128]

  static func parts(_ path: ParameterPath) -> [(channels: Int, part: StagedEncoder.Part)] {
    let stem = NormalizedConvolution(
      path / "conv1", path / "bn1", 3, widths[0], kernel: 3, stride: 2)
    let first: StagedEncoder.Part = { x, training in stem(x, training: training) }
    let blocks = widths.enumerated().map { index, width in
      let block = TrainableResidualBlock(
        path / "layer\(index + 1)" / 0, index == 0 ? widths[0] : widths[index - 1], width: width,
        width, stride: index == 0 ? 1 : 2)
      let part: StagedEncoder.Part = { x, training in block(x, training: training) }
      return (channels: width, part: part)
    }
    return [(channels: widths[0], part: first)] + blocks
  }
}
