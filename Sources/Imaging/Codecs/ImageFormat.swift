import CImageCodecs

/// A file format that `Image` reads, told by the first bytes of a file and never by its name.
package enum ImageFormat: String, Sendable, CaseIterable {
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

  /// - Parameters:
  ///   - maximumPixels: width times height.
  ///   - maximumFileSize: in bytes.
  public init(maximumPixels: Int = 178_956_970, maximumFileSize: Int = 1 << 31) {
    self.maximumPixels = maximumPixels
    self.maximumFileSize = maximumFileSize
  }
}
