import CImageCodecs
import Torch

extension Image {
  /// Decodes a file: PNG, JPEG, TIFF, WebP or BMP by its content, whatever its name.
  ///
  /// Of several pages or frames the first is decoded, see ``frameCount``. Pixels equal Pillow's `Image.open`; palettes become RGB(A), inks become RGB, packed bits become 8-bit samples.
  /// - Parameters:
  ///   - limits: what is refused before memory is taken for it.
  ///   - orienting: turns the picture as its EXIF tag says (off, as in Pillow; a TIFF is always turned), whether a JPEG, a PNG
  ///     (`eXIf`) or a WebP has it.
  /// - Throws: ``ImageError`` that names the file.
  public init(
    contentsOf path: String, limits: ImageLimits = ImageLimits(), orienting: Bool = false
  ) throws(ImageError) {
    try self.init(contentsOf: path, limits: limits, orienting: orienting) { _ in }
  }

  /// The same, and lends the bytes of the file to `inspect` before they are decoded: what must be known of both is read once.
  package init(
    contentsOf path: String, limits: ImageLimits = ImageLimits(), orienting: Bool = false,
    inspect: (UnsafeRawBufferPointer) -> Void
  ) throws(ImageError) {
    let file = try FileBytes(path: path, limits: limits)
    self = try file.withBytes { (bytes) throws(ImageError) in
      inspect(bytes)
      return try Image.decode(bytes, limits: limits, orienting: orienting, name: path)
    }
  }

  /// Decodes bytes in memory; `name` stands for the file in errors. Any number of threads may decode at once.
  ///
  /// - Throws: ``ImageError``.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: ImageLimits = ImageLimits(), orienting: Bool = false,
    name: String = "image data"
  ) throws(ImageError) -> Image {
    var decoded = ci_image()
    let status = ci_decode(
      bytes.baseAddress, bytes.count, UInt64(max(0, limits.maximumPixels)), &decoded)
    guard status == CI_OK, let pixels = decoded.pixels else {
      throw ImageError(status, decoded, bytes: bytes, limits: limits, name: name)
    }
    let depth: Depth =
      switch decoded.sample_bits {
      case 8: .uint8
      case 16: .uint16
      default: .float32
      }
    let warning = String(cField: decoded.warning)
    let image = Image(
      width: Int(decoded.width), height: Int(decoded.height), channels: Int(decoded.channels),
      depth: depth, storage: PixelStorage(adopting: pixels, count: decoded.byte_count),
      warning: warning.isEmpty ? nil : warning, frameCount: Int(decoded.frames),
      indexZero: decoded.index_zero >= 0 ? UInt32(decoded.index_zero) : nil)
    guard orienting || decoded.format == CI_FORMAT_TIFF, decoded.orientation > 1 else {
      return image
    }
    do {
      var turned = try throwingOutOfMemory { image.oriented(Int(decoded.orientation)) }
      turned.wasTurned = true
      return turned
    } catch {
      throw ImageError(
        kind: .outOfMemory, file: name, found: "\(error)", expected: "room for the picture twice",
        remedy: "free memory or read fewer images at once")
    }
  }

  /// Decodes bytes in memory; `name` stands for the file in errors.
  ///
  /// - Throws: ``ImageError``.
  public static func decode(
    _ bytes: [UInt8], limits: ImageLimits = ImageLimits(), orienting: Bool = false,
    name: String = "image data"
  ) throws(ImageError) -> Image {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(ImageError) in
        try decode(buffer, limits: limits, orienting: orienting, name: name)
      }
    }
    return try result.get()
  }
}

extension ImageError {
  init(
    _ status: ci_status, _ image: ci_image, bytes: UnsafeRawBufferPointer, limits: ImageLimits,
    name: String
  ) {
    let reason = String(cField: image.message)
    let format = ImageFormat(image.format)?.rawValue ?? "image"
    let size = image.width > 0 ? " of \(image.width) x \(image.height) pixels" : ""
    self =
      switch status {
      case CI_UNKNOWN_FORMAT where bytes.isEmpty:
        ImageError(
          kind: .empty, file: name, found: "no bytes", expected: Self.readableFormats,
          remedy: "copy it again from its source")
      case CI_UNKNOWN_FORMAT:
        ImageError(
          kind: .unknownFormat, file: name,
          found: "the content is no known image (it begins with \(Self.excerpt(bytes)))",
          expected: Self.readableFormats, remedy: "convert it to PNG or leave it out")
      case CI_TRUNCATED:
        ImageError(
          kind: .truncated, file: name, found: "truncated \(format) (\(reason))",
          expected: "the whole picture\(size)", remedy: "copy it again from its source")
      case CI_UNSUPPORTED:
        ImageError(
          kind: .unsupported, file: name, found: "\(format) with \(reason)",
          expected: "a picture of 8 or 16 bits a sample", remedy: "convert it to PNG")
      case CI_TOO_LARGE:
        ImageError(
          kind: .tooLarge, file: name, found: reason,
          expected: "at most \(limits.maximumPixels) in all",
          remedy: "crop it, cut it into tiles, or make it smaller")
      case CI_OUT_OF_MEMORY:
        ImageError(
          kind: .outOfMemory, file: name, found: reason, expected: "room for the whole picture",
          remedy: "free memory or read fewer images at once")
      default:
        ImageError(
          kind: .corrupt, file: name, found: "corrupt \(format) (\(reason))",
          expected: "a sound picture\(size)", remedy: "copy it again from its source")
      }
  }

  /// The first bytes of a file in a readable form: text as text, anything else in hexadecimal.
  private static func excerpt(_ bytes: UnsafeRawBufferPointer) -> String {
    let head = bytes.prefix(12)
    if head.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      return "the text \"\(String(decoding: head, as: UTF8.self))\""
    }
    let digits = head.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return "the bytes " + digits.joined(separator: " ")
  }
}
