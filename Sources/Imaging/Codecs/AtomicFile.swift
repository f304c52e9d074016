import Foundation

/// Writes a file under a temporary name beside its place and renames it, so that a kill leaves the old file or none.
enum AtomicFile {
  static func write(_ data: Data, to path: String) throws(ImageError) {
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporary = path + ".part-" + suffix
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path, errno) }
    var code = data.withUnsafeBytes { write($0, to: descriptor) }
    if close(descriptor) != 0 && code == 0 { code = errno }
    if code == 0 && rename(temporary, path) != 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw failure(path, code)
    }
  }

  /// The error number of the write that failed, 0 when all is written.
  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, start, rest.count)
      #else
        let count = Glibc.write(descriptor, start, rest.count)
      #endif
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return errno }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return 0
  }

  private static func failure(_ path: String, _ code: Int32) -> ImageError {
    ImageError(
      kind: .unwritable, file: path,
      found: "cannot be written (\(String(cString: strerror(code))))",
      expected: "a place in an existing folder with room",
      remedy: code == ENOSPC ? "free space on the disk" : "check the folder and its permissions")
  }
}
