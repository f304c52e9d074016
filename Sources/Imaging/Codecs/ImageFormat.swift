import CImageCodecs

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
