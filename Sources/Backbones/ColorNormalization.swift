import Torch

/// What a backbone wants done to the colors of images before it sees them.
public struct ColorNormalization: Sendable, Hashable, Codable {
  /// Subtracted from each color, of values in 0...1.
  public let mean: [Double]
  /// What each color is divided by, after the mean was subtracted.
  public let standardDeviation: [Double]

  /// - Parameters:
  ///   - mean: one for each color, of values in 0...1.
  ///   - standardDeviation: likewise; none is 0.
  public init(mean: [Double], standardDeviation: [Double]) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The statistics of ImageNet, as torchvision has them.
  public static let imageNet = ColorNormalization(
    mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])

  /// `(pixel - 127) / 128`, as EfficientNet-Lite was trained with.
  public static let efficientNetLite = ColorNormalization(
    mean: [127 / 255, 127 / 255, 127 / 255], standardDeviation: [128 / 255, 128 / 255, 128 / 255])

  /// Normalizes `pixels` `[N, 3, H, W]`, either `uint8` or floating point in 0...1, to what a backbone takes.
  public func normalized(_ pixels: Tensor) -> Tensor {
    // One multiplication and one addition, the division of bytes by 255 included.
    let range = pixels.dtype == .uint8 ? 255.0 : 1.0
    let scale = standardDeviation.map { Float(1 / ($0 * range)) }
    let offset = zip(mean, standardDeviation).map { Float(-$0 / $1) }
    return pixels.to(.float32) * Self.perChannel(scale, on: pixels.device)
      + Self.perChannel(offset, on: pixels.device)
  }

  /// The levels in 0...1 that ``normalized(_:)`` images `[N, 3, H, W]` had.
  package func levels(_ normalized: Tensor) -> Tensor {
    normalized * Self.perChannel(standardDeviation.map { Float($0) }, on: normalized.device)
      + Self.perChannel(mean.map { Float($0) }, on: normalized.device)
  }

  private static func perChannel(_ values: [Float], on device: Device) -> Tensor {
    Tensor(values, shape: [1, values.count, 1, 1]).moved(to: device)
  }
}
