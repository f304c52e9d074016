import Foundation

/// Memory behind which a temporary file stands, so that the system can move to the disk what does not fit beside the rest.
///
/// The file lies where `TMPDIR` says and has lost its name before anything is in it: however the process ends, its room on
/// the disk is free again.
package final class ScratchMemory: @unchecked Sendable {
  /// Zeros at first; valid as long as this object lives.
  let bytes: UnsafeMutableRawBufferPointer

  /// - Throws: ``StorageError`` where the disk has no room for `count` bytes.
  package init(count: Int) throws {
    let folder = FileManager.default.temporaryDirectory.path
    var template = Array("\(folder)/blemish.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw SystemCall(failedTo: "create a file in it").error(file: folder)
    }
    defer { close(descriptor) }
    unlink(template)
    guard ftruncate(descriptor, off_t(count)) == 0 else {
      throw SystemCall(failedTo: "make a file of \(count) bytes in it").error(file: folder)
    }
    #if canImport(Glibc)
      // A disk that is full is better found now than by a signal when a page is written.
      errno = posix_fallocate(descriptor, 0, off_t(count))
      guard errno == 0 else {
        throw SystemCall(failedTo: "make a file of \(count) bytes in it").error(file: folder)
      }
    #endif
    let base = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let base, base != MAP_FAILED else {
      throw SystemCall(failedTo: "map \(count) bytes of a file in it").error(file: folder)
    }
    bytes = UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}

extension Tensor {
  /// Zeros in ``ScratchMemory``, which goes with the tensor.
  ///
  /// - Throws: ``StorageError`` where the disk has no room for it.
  package static func scratch(_ shape: [Int], dtype: DType = .float32) throws -> Tensor {
    let memory = try ScratchMemory(count: shape.reduce(dtype.byteCount, *))
    return Tensor(
      borrowing: UnsafeRawBufferPointer(memory.bytes), shape: shape, dtype: dtype, owner: memory)
  }
}
