/// The widths and depths of a ResNet.
struct ResNetConfiguration: Sendable {
  /// Blocks of each stage.
  let blockCounts: [Int]
  /// Whether blocks are 1x1, 3x3, 1x1 convolutions with four times the channels outside, instead of two 3x3.
  let isBottleneck: Bool
  /// Width of the 3x3 convolutions of a bottleneck over that of the plain ResNet.
  let widthFactor: Int

  static let resNet18 = Self(blockCounts: [2, 2, 2, 2], isBottleneck: false, widthFactor: 1)
  static let wideResNet50 = Self(blockCounts: [3, 4, 6, 3], isBottleneck: true, widthFactor: 2)

  func shape(stage: Int) -> ResidualBlock.Shape {
    let width = 64 << stage
    return isBottleneck
      ? .bottleneck(width: width * widthFactor, outputs: width * 4) : .basic(width: width)
  }

  var taps: [FeatureTap] {
    blockCounts.indices.map { FeatureTap(stride: 4 << $0, channels: shape(stage: $0).outputs) }
  }
}
