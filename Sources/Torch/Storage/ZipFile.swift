import CLibZ
import Foundation

/// A zip file whose entries can be unpacked to files of their own: a Python wheel, for example.
package struct ZipFile {
  private let file: MappedFile
  private let archive: ZipArchive

  /// Maps the file at `path`; nil where it is no zip file. Throws ``StorageError`` if it is damaged.
  package init?(_ path: String) throws {
    file = try MappedFile(path)
    guard ZipArchive.matches(file.bytes) else { return nil }
    archive = try ZipArchive(file.bytes, file: path)
  }

  /// The names of the entries in the order of the directory.
  package var names: [String] { archive.names }

  /// Writes the contents of the entry `name` to the file at `target`.
  ///
  /// Throws ``StorageError``; an older file is replaced only by a whole one.
  package func unpack(_ name: String, to target: String) throws {
    guard let entry = try archive.packed(name) else {
      throw StorageError(
        file: file.path, found: "no entry \(name)", expected: "one of: \(names.prefix(4))",
        remedy: "give the path of another file")
    }
    let packed = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    try AtomicFile.write(to: target) { output in
      if entry.isDeflated {
        try inflate(packed, to: entry.size, name: name) { try output.append($0) }
      } else {
        try output.append(packed)
      }
    }
  }

  /// RFC 1951, without the header that zlib puts around it elsewhere.
  private func inflate(
    _ packed: UnsafeRawBufferPointer, to size: Int, name: String,
    append: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var stream = z_stream()
    let version = ZLIB_VERSION
    let streamSize = Int32(MemoryLayout<z_stream>.size)
    precondition(inflateInit2_(&stream, -MAX_WBITS, version, streamSize) == Z_OK, "zlib is broken")
    defer { inflateEnd(&stream) }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { chunk.deallocate() }
    var rest = packed[...]
    var count = 0
    var status = Z_OK
    while status == Z_OK, count <= size {
      // zlib counts in 32 bits.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      stream.next_in = UnsafeMutablePointer(
        mutating: piece.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(piece.count)
      stream.next_out = chunk.bindMemory(to: UInt8.self).baseAddress
      stream.avail_out = UInt32(chunk.count)
      status = CLibZ.inflate(&stream, Z_NO_FLUSH)
      rest = rest.dropFirst(piece.count - Int(stream.avail_in))
      let written = chunk.count - Int(stream.avail_out)
      count += written
      try append(UnsafeRawBufferPointer(rebasing: chunk[..<written]))
    }
    guard status == Z_STREAM_END, count == size else {
      throw StorageError(
        file: file.path, found: "entry \(name) cannot be unpacked", expected: "\(size) bytes",
        remedy: "the file is damaged: fetch it again")
    }
  }
}
