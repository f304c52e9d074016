import CImageCodecs
import Foundation
import Torch

extension Image {
  /// PNG bytes: 8-bit gray, RGB, RGBA or 16-bit gray.
  ///
  /// - Parameter level: zlib's effort 0...9; up to 3 it is quick, from 4 on slower and sometimes smaller.
  /// - Throws: ``ImageError`` of kind `unwritable` for other samples, `outOfMemory` where there is no room.
  public func pngData(level: Int = 3) throws(ImageError) -> Data {
    guard depth == .uint8 || (depth == .uint16 && channels == 1) else {
      throw unencodable("PNG", "8-bit samples or 16-bit gray")
    }
    return try encoded(as: "PNG") { ci_encode_png(&$0, Int32(min(max(level, 0), 9)), &$1) }
  }

  /// JPEG bytes: 8-bit gray or RGB.
  ///
  /// - Parameter quality: 1...100 on libjpeg's scale.
  /// - Throws: ``ImageError`` of kind `unwritable` for other samples, `outOfMemory` where there is no room.
  public func jpegData(quality: Int = 90) throws(ImageError) -> Data {
    guard depth == .uint8, channels != 4, width <= 65500, height <= 65500 else {
      throw unencodable("JPEG", "8-bit gray or RGB of at most 65500 x 65500 pixels")
    }
    return try encoded(as: "JPEG") { ci_encode_jpeg(&$0, Int32(min(max(quality, 1), 100)), &$1) }
  }

  /// Writes a PNG file, as ``pngData(level:)``; a reader never sees half of it.
  ///
  /// - Throws: ``ImageError``, or `StorageError` where the file cannot be written.
  public func writePNG(to path: String, level: Int = 3) throws {
    try AtomicFile.write(pngData(level: level), to: path)
  }

  private func encoded(
    as format: String, _ encode: (inout ci_image, inout ci_encoded) -> ci_status
  ) throws(ImageError) -> Data {
    var source = ci_image()
    source.width = UInt32(width)
    source.height = UInt32(height)
    source.channels = UInt32(channels)
    source.sample_bits = UInt32(depth.byteCount * 8)
    source.pixels = UnsafeMutableRawPointer(mutating: storage.bytes.baseAddress)
    var out = ci_encoded()
    let status = withExtendedLifetime(storage) { encode(&source, &out) }
    guard status == CI_OK, let bytes = out.bytes else {
      let reason = String(cField: out.message)
      throw ImageError(
        kind: status == CI_OUT_OF_MEMORY ? .outOfMemory : .unwritable, file: "image data",
        found: "\(format) encoder failed (\(reason))",
        expected: "\(width) x \(height) pixels written",
        remedy: "free memory or write another format")
    }
    return Data(bytesNoCopy: bytes, count: out.count, deallocator: .free)
  }

  private func unencodable(_ format: String, _ expected: String) -> ImageError {
    ImageError(
      kind: .unwritable, file: "image data",
      found: "\(width) x \(height) pixels of \(channels) \(depth) channels for \(format)",
      expected: expected, remedy: "convert with rgb(), gray() or eightBit() first")
  }
}
