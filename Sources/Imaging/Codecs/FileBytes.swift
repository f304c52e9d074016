import Foundation

/// The bytes of a regular file, read into memory of their own.
///
/// Read, not mapped: a mapped file that shrinks while it is decoded would end the process.
final class FileBytes {
  private let buffer: UnsafeRawBufferPointer

  init(path: String, limits: ImageLimits) throws(ImageError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw ImageError(
        kind: .unreadable, file: path, found: kind, expected: ImageError.readableFormats,
        remedy: "name an image file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      throw ImageError(
        kind: .empty, file: path, found: "the file is empty (0 bytes)",
        expected: ImageError.readableFormats, remedy: "copy it again from its source")
    }
    guard size <= limits.maximumFileSize else {
      throw ImageError(
        kind: .tooLarge, file: path, found: "the file has \(size) bytes",
        expected: "at most \(limits.maximumFileSize)", remedy: "crop it, or make it smaller")
    }
    guard let memory = malloc(size) else {
      throw ImageError(
        kind: .outOfMemory, file: path, found: "no memory for \(size) bytes",
        expected: "room for the whole file", remedy: "free memory or read fewer files at once")
    }
    var count = 0
    while count < size {
      let taken = read(descriptor, memory + count, size - count)
      if taken < 0 && errno == EINTR { continue }
      guard taken >= 0 else {
        let code = errno
        free(memory)
        throw Self.failure(path, code)
      }
      if taken == 0 { break }
      count += taken
    }
    buffer = UnsafeRawBufferPointer(start: memory, count: count)
  }

  deinit {
    free(UnsafeMutableRawPointer(mutating: buffer.baseAddress))
  }

  /// Lends the bytes; they are gone when the last reference to this object is.
  func withBytes<Value>(
    _ body: (UnsafeRawBufferPointer) throws(ImageError) -> Value
  ) throws(ImageError) -> Value {
    defer { withExtendedLifetime(self) {} }
    return try body(buffer)
  }

  private static func failure(_ path: String, _ code: Int32) -> ImageError {
    let missing = code == ENOENT || code == ENOTDIR
    return ImageError(
      kind: missing ? .missing : .unreadable, file: path,
      found: missing ? "no such file" : "cannot be read (\(String(cString: strerror(code))))",
      expected: ImageError.readableFormats,
      remedy: missing ? "check the path" : "check the file's permissions and its disk")
  }
}
