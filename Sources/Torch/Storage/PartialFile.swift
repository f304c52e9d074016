import Foundation

/// A file that grows over several runs of a program and takes its name only when it is complete.
///
/// One process at a time has it; the system frees it when the process ends, however it ends.
package final class PartialFile {
  package let path: String
  /// The bytes that it has.
  package private(set) var count = 0
  private let descriptor: Int32

  /// Opens the file at `path`, or makes it; with what earlier runs have written.
  ///
  /// - Throws: ``StorageError`` where it cannot be written to or another process has it.
  package init(_ path: String) throws {
    self.path = path
    // Whoever had it before may have finished it and given it its name in the meantime.
    switch try FileLock.open(path, O_RDWR | O_CREAT) {
    case .held:
      throw StorageError(
        file: path, found: "another process is writing to it", remedy: "wait for it to end")
    case .opened(let descriptor):
      self.descriptor = descriptor
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw SystemCall(failedTo: "ask for its size").error(file: path)
      }
      count = Int(status.st_size)
    }
  }

  deinit { close(descriptor) }

  /// Appends `bytes`. Throws ``StorageError``; what was appended before stays.
  package func append(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = UnsafeRawBufferPointer(rebasing: rest)
        let written = pwrite(descriptor, piece.baseAddress, piece.count, off_t(count))
        if written < 0 {
          if errno == EINTR { continue }
          throw SystemCall(failedTo: "write to it").error(file: path)
        }
        count += written
        rest = rest.dropFirst(written)
      }
    }
  }

  /// Lets go of all that was written.
  package func clear() throws {
    guard ftruncate(descriptor, 0) == 0 else {
      throw SystemCall(failedTo: "empty it").error(file: path)
    }
    count = 0
  }

  /// Gives the complete file its name; an older file of that name goes.
  package func move(to target: String) throws {
    guard fsync(descriptor) == 0 else {
      throw SystemCall(failedTo: "write it to the disk").error(file: path)
    }
    guard rename(path, target) == 0 else {
      throw SystemCall(failedTo: "give the finished file its name").error(file: target)
    }
  }

  package func remove() { unlink(path) }
}
