import Foundation

extension Report {
  /// An encoded PNG, JPEG or WebP image, as small as it should appear; a side of 256 pixels will do.
  public struct Picture: Sendable, Equatable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// The image as a `data:` address, its kind read off its first bytes.
    var address: String {
      let kind =
        if bytes.starts(with: [0xff, 0xd8]) {
          "jpeg"
        } else if bytes.starts(with: Array("RIFF".utf8)) {
          "webp"
        } else {
          "png"
        }
      return "data:image/\(kind);base64,\(Data(bytes).base64EncodedString())"
    }
  }
}
