import Torch

/// EfficientNet-Lite0 (Tan and Le 2019) as it is trained, with the published keys, without its head.
enum EfficientNetLiteEncoder {
  /// Expansion, kernel, stride, channels, blocks.
  private typealias Group = (expansion: Int, kernel: Int, stride: Int, channels: Int, count: Int)

  /// The stem, and the stages that end at strides 4, 8, 16 and 32.
  private static let stages: [[Group]] = [
    [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2)],
    [(6, 5, 2, 40, 2)],
    [(6, 3, 2, 80, 3), (6, 5, 1, 112, 3)],
    [(6, 5, 2, 192, 4), (6, 3, 1, 320, 1)],
  ]

  /// - Parameters:
  ///   - depth: how many of the stages, from the finest on.
  ///   - isFrozen: whether nothing of it is ever trained, which makes it faster.
  static func parts(_ path: ParameterPath, depth: Int = 4, isFrozen: Bool = false) -> [(
    channels: Int, part: StagedEncoder.Part
  )] {
    let stem = NormalizedConvolution(
      path / "_conv_stem", path / "_bn0", 3, 32, kernel: 3, stride: 2, isSame: true,
      epsilon: TrainableInvertedResidual.epsilon, activation: .relu6, isFrozen: isFrozen)
    var (channels, number) = (32, 0)
    let layers = stages.prefix(depth).map { groups in
      let blocks = groups.flatMap { group in
        (0..<group.count).map { position in
          let block = TrainableInvertedResidual(
            path / "_blocks" / number, channels, group.channels, expansion: group.expansion,
            kernel: group.kernel, stride: position == 0 ? group.stride : 1, isFrozen: isFrozen)
          (channels, number) = (group.channels, number + 1)
          return block
        }
      }
      let part: StagedEncoder.Part = { x, training in
        blocks.reduce(x) { $1($0, training: training) }
      }
      return (channels: channels, part: part)
    }
    let first: StagedEncoder.Part = { x, training in stem(x, training: training) }
    return [(channels: 32, part: first)] + layers
  }
}
