/// The squared latents of one image at one scale: under normality each is a chi-square value with one
/// degree of freedom, independent of all others.
public struct LatentSquares: Sendable {
  public let width: Int
  public let height: Int
  public let channels: Int
  /// NHWC without N: the channels of a pixel side by side, pixels row by row from the top left; the
  /// value of channel c at (x, y) is number `(y * width + x) * channels + c`.
  public let values: [Float]

  public init(width: Int, height: Int, channels: Int, values: [Float]) {
    precondition(
      width > 0 && height > 0 && channels > 0 && values.count == width * height * channels,
      "\(values.count) values given for \(width) x \(height) pixels of \(channels) channels")
    self.width = width
    self.height = height
    self.channels = channels
    self.values = values
  }
}
