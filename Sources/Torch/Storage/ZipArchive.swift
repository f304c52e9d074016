import CLibZ
import Foundation

/// The entries of a zip file, in place.
///
/// Source: PKWARE's APPNOTE 6.3, sections 4.3.6 to 4.5.3; zip64 included, since checkpoints pass 4 GB.
struct ZipArchive {
  /// The names in the order of the directory.
  private(set) var names: [String] = []
  /// Nil stands for an entry that is encrypted, or compressed in another way than by deflation.
  private var entries: [String: Entry?] = [:]
  private let bytes: UnsafeRawBufferPointer
  private let file: String

  struct Entry {
    /// Where the contents lie in the file, packed as they are.
    let range: Range<Int>
    let isDeflated: Bool
    /// The bytes of the contents when unpacked.
    let size: Int
  }

  private static let endSignature: UInt32 = 0x0605_4b50
  private static let entrySignature: UInt32 = 0x0201_4b50
  private static let localSignature: UInt32 = 0x0403_4b50
  private static let locatorSignature: UInt32 = 0x0706_4b50
  private static let end64Signature: UInt32 = 0x0606_4b50

  /// Whether `bytes` start as a zip file does.
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && bytes.loadUnaligned(as: UInt32.self).littleEndian == localSignature
  }

  /// Reads the directory of the zip file `bytes`. Throws ``StorageError``.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    self.bytes = bytes
    self.file = file
    var reader = ByteReader(bytes, file: file, content: "zip file")
    let directory = try locateDirectory()
    reader.offset = directory.offset
    // The count is not trusted: every turn takes 46 bytes from the file or throws.
    for _ in 0..<directory.count { try readEntry(&reader) }
  }

  /// Where the contents of the entry `name` lie in the file; nil if there is no such entry.
  ///
  /// Throws ``StorageError`` if they are compressed or encrypted.
  func range(of name: String) throws -> Range<Int>? {
    guard let entry = entries[name] else { return nil }
    guard let entry, !entry.isDeflated else {
      throw StorageError(
        file: file, found: "entry \(name) is compressed or encrypted",
        expected: "entries stored as they are, as torch.save writes them",
        remedy: "pack the file again without compression (zip -0) or save it again with torch.save")
    }
    return entry.range
  }

  /// The entry `name`, stored or deflated; nil if there is none.
  ///
  /// Throws ``StorageError`` if it is packed in another way.
  func packed(_ name: String) throws -> Entry? {
    guard let entry = entries[name] else { return nil }
    guard let entry else {
      throw StorageError(
        file: file, found: "entry \(name) is encrypted, or packed in a rare way",
        expected: "stored or deflated entries",
        remedy: "pack the file again with an ordinary zip program")
    }
    return entry
  }

  private func damaged(_ found: String, expected: String) -> StorageError {
    StorageError(
      file: file, found: found, expected: expected,
      remedy: "the file is cut short or damaged: fetch or write it again")
  }

  /// Finds the end record, which a comment of up to 64 KB may follow, and reads where the directory is.
  private func locateDirectory() throws -> (offset: Int, count: Int) {
    let first = max(0, bytes.count - 22 - 65535)
    let last = bytes.count - 22
    let end = stride(from: last, through: first, by: -1).first {
      bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self).littleEndian == Self.endSignature
        && $0 + 22 + Int(bytes[$0 + 20]) + Int(bytes[$0 + 21]) << 8 == bytes.count
    }
    guard let end else {
      throw damaged("no end of a zip directory", expected: "a complete zip file")
    }
    var reader = ByteReader(bytes, file: file, content: "zip file", offset: end + 10)
    let count = Int(try reader.integer(UInt16.self))
    _ = try reader.integer(UInt32.self)
    let offset = Int(try reader.integer(UInt32.self))
    guard count == 0xFFFF || offset == 0xFFFF_FFFF else { return try checked(offset, count) }
    reader.offset = end - 20
    guard end >= 20, try reader.integer(UInt32.self) == Self.locatorSignature else {
      return try checked(offset, count)
    }
    _ = try reader.integer(UInt32.self)
    reader.offset = try checked(reader.length64(), 0).offset
    guard try reader.integer(UInt32.self) == Self.end64Signature else {
      throw damaged("a zip64 locator that points nowhere", expected: "a zip64 end record")
    }
    _ = try reader.take(28)
    let count64 = try reader.length64()
    _ = try reader.length64()
    return try checked(reader.length64(), count64)
  }

  private func checked(_ offset: Int, _ count: Int) throws -> (offset: Int, count: Int) {
    guard offset <= bytes.count, count <= bytes.count / 46 else {
      throw damaged(
        "a zip directory of \(count) entries at byte \(offset)",
        expected: "one inside the file of \(bytes.count) bytes")
    }
    return (offset, count)
  }

  private mutating func readEntry(_ reader: inout ByteReader) throws {
    guard try reader.integer(UInt32.self) == Self.entrySignature else {
      throw damaged(
        "no zip entry at byte \(reader.offset - 4)", expected: "an entry of the directory")
    }
    _ = try reader.take(4)
    let flags = try reader.integer(UInt16.self)
    let method = try reader.integer(UInt16.self)
    _ = try reader.take(8)
    let packed32 = try reader.integer(UInt32.self)
    let size32 = try reader.integer(UInt32.self)
    let nameLength = Int(try reader.integer(UInt16.self))
    let extraLength = Int(try reader.integer(UInt16.self))
    let commentLength = Int(try reader.integer(UInt16.self))
    _ = try reader.take(8)
    let offset32 = try reader.integer(UInt32.self)
    let name = String(decoding: try reader.take(nameLength), as: UTF8.self)
    let extra = try reader.take(extraLength)
    _ = try reader.take(commentLength)
    guard !entries.keys.contains(name) else {
      throw damaged("entry \(name) twice", expected: "each name once")
    }
    names.append(name)
    guard method == 0 || method == 8, flags & 1 == 0 else {
      entries[name] = .some(nil)
      return
    }
    let (size, packed, offset) = try Self.large(
      size: size32, packed: packed32, offset: offset32, extra: extra, file: file)
    guard method == 8 || size == packed else {
      throw damaged("entry \(name) of \(packed) bytes for \(size)", expected: "equal sizes")
    }
    var local = ByteReader(
      bytes, file: file, content: "zip file", offset: try checked(offset, 0).offset)
    guard try local.integer(UInt32.self) == Self.localSignature else {
      throw damaged("no contents at byte \(offset)", expected: "those of entry \(name)")
    }
    _ = try local.take(22)
    let skipped = Int(try local.integer(UInt16.self)) + Int(try local.integer(UInt16.self))
    _ = try local.take(skipped)
    let start = local.offset
    _ = try local.take(packed)
    entries[name] = Entry(range: start..<start + packed, isDeflated: method == 8, size: size)
  }

  /// Sizes and offset of an entry; where 32 bits did not do, 64 bits stand in the extra field.
  private static func large(
    size: UInt32, packed: UInt32, offset: UInt32, extra: UnsafeRawBufferPointer, file: String
  ) throws -> (size: Int, packed: Int, offset: Int) {
    var wide = ByteReader(
      UnsafeRawBufferPointer(start: nil, count: 0), file: file, content: "zip64 field")
    var fields = ByteReader(extra, file: file, content: "zip extra field")
    while fields.remaining >= 4 {
      let kind = try fields.integer(UInt16.self)
      let body = try fields.take(Int(fields.integer(UInt16.self)))
      if kind == 1 { wide = ByteReader(body, file: file, content: "zip64 field") }
    }
    func resolved(_ value: UInt32) throws -> Int {
      value == .max ? try wide.length64() : Int(value)
    }
    return (try resolved(size), try resolved(packed), try resolved(offset))
  }
}

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
    guard inflateInit2_(&stream, -MAX_WBITS, version, streamSize) == Z_OK else {
      throw TorchError(
        kind: .outOfMemory, operation: "the unpacking of \(file.path)",
        message: "zlib found no room for its tables", arguments: [])
    }
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
