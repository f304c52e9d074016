import Torch

/// ResNet (He et al. 2015) as it is trained, with torchvision's keys.
enum ResNetEncoder {
  /// The stem with its max-pooling, and the four layers.
  ///
  /// - Parameter isDeep: whether blocks are 1x1, 3x3, 1x1 convolutions instead of two 3x3.
  static func parts(_ path: ParameterPath, blocks: [Int], isDeep: Bool) -> [(
    channels: Int, part: StagedEncoder.Part
  )] {
    let stem = NormalizedConvolution(
      path / "conv1", path / "bn1", 3, 64, kernel: 7, stride: 2)
    var channels = 64
    let layers = blocks.enumerated().map { index, count in
      let layer = (0..<count).map { position in
        let width = 64 << index
        let outputs = isDeep ? 4 * width : width
        let block = TrainableResidualBlock(
          path / "layer\(index + 1)" / position, channels, width: width, outputs,
          stride: position == 0 && index > 0 ? 2 : 1, isDeep: isDeep)
        channels = outputs
        return block
      }
      let part: StagedEncoder.Part = { x, training in
        layer.reduce(x) { $1($0, training: training) }
      }
      return (channels: channels, part: part)
    }
    let first: StagedEncoder.Part = { x, training in
      stem(x, training: training).maxPooled2d(3, stride: 2, padding: 1)
    }
    return [(channels: 64, part: first)] + layers
  }
}
