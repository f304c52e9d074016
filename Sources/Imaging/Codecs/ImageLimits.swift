/// What a file may ask for before it is refused; checked from the header, before memory is taken.
public struct ImageLimits: Sendable, Equatable {
  /// Width times height. The default is where Pillow refuses a file as a decompression bomb.
  public var maximumPixels: Int

  /// Size of the file in bytes.
  public var maximumFileSize: Int

  public init(maximumPixels: Int = 178_956_970, maximumFileSize: Int = 1 << 31) {
    self.maximumPixels = maximumPixels
    self.maximumFileSize = maximumFileSize
  }
}
