/// What the header of an image file says about the picture that decoding would give.
public struct ImageHeader: Sendable, Equatable {
  public let format: ImageFormat
  public let width: Int
  public let height: Int

  /// Channels of the decoded image: 1, 3 or 4.
  public let channels: Int

  /// Bits of a decoded sample: 8, 16 or 32 (float).
  public let bitDepth: Int

  /// EXIF orientation 1...8 (1: as stored).
  public let orientation: Int
}
