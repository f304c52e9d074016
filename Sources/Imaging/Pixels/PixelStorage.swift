import Foundation

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
