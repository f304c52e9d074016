import Foundation

/// A file that comes into being as a whole: the bytes go to a temporary name in the same folder,
/// then to the disk, and only then does the file take its name. Whatever goes wrong, what stood under
/// that name before still stands there and the temporary file is removed; that of a killed process by whoever writes to
/// the folder next.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: Temporary

  /// Writes what `body` appends to the file at `path`, replacing an older one.
  ///
  /// Throws ``StorageError`` (disk full, no permission, no such folder), or what `body` throws.
  package static func write(to path: String, _ body: (borrowing AtomicFile) throws -> Void) throws {
    let file = try create(path)
    do {
      try body(file)
      try file.commit()
    } catch {
      unlink(file.temporary.path)
      throw error
    }
  }

  /// Writes `bytes` to the file at `path`, replacing an older one. Throws ``StorageError``.
  package static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
    try write(to: path) { try $0.append(bytes) }
  }

  /// Writes `bytes` to the file at `path`, replacing an older one. Throws ``StorageError``.
  package static func write(_ bytes: some ContiguousBytes, to path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: path) }
  }

  /// Writes `text` as UTF-8 to the file at `path`, replacing an older one. Throws ``StorageError``.
  package static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  private static func create(_ path: String) throws -> AtomicFile {
    var status = stat()
    var target = path
    if stat(path, &status) == 0 {
      // Renaming over a device such as /dev/null would replace the device itself.
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw StorageError(
          file: path, found: status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file",
          expected: "a file or nothing", remedy: "choose another path")
      }
      // A symbolic link stays: the file that it points to is replaced.
      if let resolved = realpath(path, nil) {
        target = String(cString: resolved)
        free(resolved)
      }
    }
    let (folder, name) = split(target)
    return AtomicFile(path: target, temporary: try Temporary.file(for: name, in: folder))
  }

  /// Appends `bytes` to what was written before. Throws ``StorageError``.
  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      // One call of write(2) moves at most 2 GiB.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let written = Foundation.write(temporary.descriptor, piece.baseAddress, piece.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw SystemCall(failedTo: "write to it").error(file: path)
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Appends `bytes` to what was written before. Throws ``StorageError``.
  package func append(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { try append($0) }
  }

  private func commit() throws {
    guard fsync(temporary.descriptor) == 0 else {
      throw SystemCall(failedTo: "write it to the disk").error(file: path)
    }
    guard rename(temporary.path, path) == 0 else {
      throw SystemCall(failedTo: "give the finished file its name").error(file: path)
    }
    // The new name outlives a power cut only once the folder is on the disk too. The file is complete
    // either way, and some file systems refuse to sync folders: a failure here is none of the write.
    let folder = open(
      Self.split(path).folder.isEmpty ? "." : Self.split(path).folder, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    return (String(path[...slash]), String(path[path.utf8.index(after: slash)...]))
  }
}
