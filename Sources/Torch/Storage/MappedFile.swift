import Foundation

/// A file's bytes in memory, read from the disk as they are touched and released with the last reference.
///
/// The mapping is private: whoever writes to the bytes gets pages of their own and the file stays as
/// it is, so tensors may borrow the memory and be changed in place. The file must not be made shorter
/// while it is mapped; files written by ``AtomicFile`` are replaced as a whole and therefore safe.
package final class MappedFile: @unchecked Sendable {
  /// The path, or the name given for bytes in memory; errors about the contents begin with it.
  package let path: String
  /// The contents; valid as long as this object lives. The start is aligned to a page.
  package let bytes: UnsafeRawBufferPointer

  /// Maps the regular file at `path`.
  ///
  /// Throws ``StorageError`` if it cannot be opened or is none, ``TorchError`` where there is no memory for it.
  /// - Parameter limit: the most bytes that such a file has; a larger one is none.
  package init(_ path: String, limit: Int = .max) throws {
    let (descriptor, count) = try Self.open(path)
    defer { close(descriptor) }
    guard count <= limit else {
      throw StorageError(
        file: path, found: "a file of \(count) bytes", expected: "at most \(limit)",
        remedy: "the file is damaged or of another kind: fetch or write it again")
    }
    self.path = path
    bytes = try Self.map(count, descriptor: descriptor, path: path)
  }

  /// Copies `contents` into a mapping of its own; `name` stands for the path in errors.
  package init(copying contents: UnsafeRawBufferPointer, name: String) throws {
    path = name
    bytes = try Self.map(contents.count, descriptor: -1, path: name)
    UnsafeMutableRawBufferPointer(mutating: bytes).copyMemory(from: contents)
  }

  deinit {
    if let base = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }

  /// Opens the regular file at `path` for reading; its descriptor, which the caller closes, and its bytes.
  static func open(_ path: String) throws -> (descriptor: Int32, count: Int) {
    // Without O_NONBLOCK, opening a named pipe waits for a writer for ever.
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemCall(failedTo: "open it").error(file: path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = SystemCall(failedTo: "ask for its size").error(file: path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StorageError(
        file: path, found: status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file",
        expected: "a file", remedy: "give the path of a file")
    }
    return (descriptor, Int(status.st_size))
  }

  private static func map(_ count: Int, descriptor: Int32, path: String) throws
    -> UnsafeRawBufferPointer
  {
    guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let source = descriptor < 0 ? MAP_ANONYMOUS : MAP_NORESERVE
    let base = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | source, descriptor, 0)
    guard let base, base != MAP_FAILED else {
      if errno == ENOMEM {
        throw TorchError(
          kind: .outOfMemory, operation: "the reading of \(path)",
          message: "tried to allocate \(count) bytes", arguments: [])
      }
      throw SystemCall(failedTo: "map its \(count) bytes into memory").error(file: path)
    }
    return UnsafeRawBufferPointer(start: base, count: count)
  }
}
