import CImageCodecs

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

/// A file format that `Image` reads, told by the first bytes of a file and never by its name.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"
  case tiff = "TIFF"
  case webp = "WebP"
  case bmp = "BMP"

  init?(_ format: ci_format) {
    switch format {
    case CI_FORMAT_PNG: self = .png
    case CI_FORMAT_JPEG: self = .jpeg
    case CI_FORMAT_TIFF: self = .tiff
    case CI_FORMAT_WEBP: self = .webp
    case CI_FORMAT_BMP: self = .bmp
    default: return nil
    }
  }
}

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
