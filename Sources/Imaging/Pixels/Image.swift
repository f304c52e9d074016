import Foundation
import Torch

/// A picture in memory: `height` rows of `width` pixels of `channels` interleaved samples (HWC), rows without padding.
///
/// Channels are 1 (gray), 3 (RGB) or 4 (RGBA with straight alpha). Samples are in host byte order. An image never
/// changes once it is made, so copies share their pixels and any thread may read it.
public struct Image: Sendable {
  /// In pixels.
  public let width: Int
  /// In pixels.
  public let height: Int
  /// Samples of a pixel: 1 gray, 3 RGB, 4 RGBA.
  public let channels: Int
  /// How a sample is stored.
  public let depth: Depth

  /// What the JPEG decoder had to repair, nil for a sound file: such an image may hold a smeared or gray area.
  public let warning: String?

  /// Pages or frames in the file; an image is the first of them.
  public let frameCount: Int
  /// Whether the picture was turned as its EXIF orientation says.
  public internal(set) var wasTurned = false

  /// The color of index 0 as `0xRRGGBB`, where the file has a palette: what a drawn mask begins with is its background.
  package let indexZero: UInt32?

  let storage: PixelStorage

  /// How one sample is stored.
  public enum Depth: Sendable {
    /// 0...255.
    case uint8
    /// 0...65535, of which a camera may use a part.
    case uint16
    /// Of any range; signed, 32-bit and double samples of a TIFF become these, too.
    case float32

    /// Bytes of a sample.
    public var byteCount: Int {
      switch self {
      case .uint8: 1
      case .uint16: 2
      case .float32: 4
      }
    }
  }

  init(
    width: Int, height: Int, channels: Int, depth: Depth, storage: PixelStorage,
    warning: String? = nil, frameCount: Int = 1, indexZero: UInt32? = nil
  ) {
    self.width = width
    self.height = height
    self.channels = channels
    self.depth = depth
    self.storage = storage
    self.warning = warning
    self.frameCount = frameCount
    self.indexZero = indexZero
  }

  /// `other`, which was made of this image, with what is known of this one's file.
  func carrying(_ other: Image) -> Image {
    Image(
      width: other.width, height: other.height, channels: other.channels, depth: other.depth,
      storage: other.storage, warning: warning, frameCount: frameCount, indexZero: indexZero)
  }

  /// Makes an image whose memory `fill` writes in full: `width * height * channels` samples.
  ///
  /// Where there is no memory for it, that is an error of `throwingOutOfMemory` around the caller, and the end of the program
  /// outside of it; an image of one black pixel stands in, and is not used.
  public init(
    width: Int, height: Int, channels: Int, depth: Depth = .uint8,
    fill: (UnsafeMutableRawBufferPointer) -> Void
  ) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition([1, 3, 4].contains(channels), "an image has 1, 3 or 4 channels")
    let count = width * height * channels * depth.byteCount
    guard let memory = malloc(count) else {
      noteNoRoom(for: "a picture of \(width) x \(height) pixels", byteCount: count)
      self.init(width: 1, height: 1, channels: channels, depth: depth) { memory in
        memory.initializeMemory(as: UInt8.self, repeating: 0)
      }
      return
    }
    fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
    self.init(
      width: width, height: height, channels: channels, depth: depth,
      storage: PixelStorage(adopting: memory, count: count))
  }

  /// Makes an 8-bit image from `width * height * channels` samples.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * channels, "samples do not match the size")
    self.init(width: width, height: height, channels: channels) { memory in
      pixels.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
  }

  /// Makes a 16-bit image from `width * height * channels` samples.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt16]) {
    precondition(pixels.count == width * height * channels, "samples do not match the size")
    self.init(width: width, height: height, channels: channels, depth: .uint16) { memory in
      pixels.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
  }

  /// Bytes of all pixels.
  public var byteCount: Int { storage.bytes.count }

  /// Lends the pixels as bytes, without a copy.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(storage.bytes)
  }

  /// The samples as an array; `Sample` has to be what `depth` says.
  public func samples<Sample: BitwiseCopyable>(of type: Sample.Type = UInt8.self) -> [Sample] {
    let matches =
      switch depth {
      case .uint8: type == UInt8.self
      case .uint16: type == UInt16.self
      case .float32: type == Float.self
      }
    precondition(matches, "samples are \(depth), not \(type)")
    return withUnsafeBytes { Array($0.bindMemory(to: type)) }
  }
}

/// The memory of an image: written once while it is made, only read afterwards, freed with its last owner.
final class PixelStorage: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// Takes over memory that `malloc` or `calloc` gave.
  init(adopting pointer: UnsafeMutableRawPointer, count: Int) {
    bytes = UnsafeRawBufferPointer(start: pointer, count: count)
  }

  deinit {
    free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }
}
