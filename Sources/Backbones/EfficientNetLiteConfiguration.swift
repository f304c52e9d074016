/// The widths and depths of an EfficientNet-Lite.
struct EfficientNetLiteConfiguration: Sendable {
  /// Blocks of one width.
  struct Group: Sendable {
    let expansion: Int
    let kernel: Int
    /// Of the first block; the others keep the size.
    let stride: Int
    let channels: Int
    let repeats: Int
  }

  /// The groups up to the features of strides 4, 8, 16 and 32, each stage after the one before.
  let stages: [[Group]]
  // The lite networks keep both ends as they are, whatever the multipliers.
  let stemChannels = 32
  let headChannels = 1280

  var taps: [FeatureTap] {
    zip([4, 8, 16, 32], stages).map { FeatureTap(stride: $0, channels: $1.last?.channels ?? 0) }
  }

  init(widthMultiplier: Double, depthMultiplier: Double) {
    func group(
      _ expansion: Int, _ kernel: Int, _ stride: Int, _ channels: Int, _ repeats: Int,
      isEnd: Bool = false
    ) -> Group {
      Group(
        expansion: expansion, kernel: kernel, stride: stride,
        channels: Self.rounded(Double(channels) * widthMultiplier),
        repeats: isEnd ? repeats : Int((Double(repeats) * depthMultiplier).rounded(.up)))
    }
    stages = [
      [group(1, 3, 1, 16, 1, isEnd: true), group(6, 3, 2, 24, 2)],
      [group(6, 5, 2, 40, 2)],
      [group(6, 3, 2, 80, 3), group(6, 5, 1, 112, 3)],
      [group(6, 5, 2, 192, 4), group(6, 3, 1, 320, 1, isEnd: true)],
    ]
  }

  /// The nearest multiple of 8 that is not below 0.9 of `channels`.
  private static func rounded(_ channels: Double) -> Int {
    let nearest = max(8, Int(channels + 4) / 8 * 8)
    return Double(nearest) < 0.9 * channels ? nearest + 8 : nearest
  }
}
