/// A cursor over little-endian bytes that never reads past their end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// The file that errors name.
  let file: String
  /// What the bytes are, for errors: "pickle", "zip directory".
  let content: String
  var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String, content: String, offset: Int = 0) {
    self.bytes = bytes
    self.file = file
    self.content = content
    self.offset = offset
  }

  var remaining: Int { bytes.count - offset }
  var isAtEnd: Bool { offset >= bytes.count }

  /// The next `count` bytes. Throws ``StorageError`` if there are fewer.
  mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count >= 0, offset >= 0, count <= remaining else {
      throw StorageError(
        file: file, found: "the \(content) ends at byte \(bytes.count)",
        expected: "\(count) bytes at \(offset)",
        remedy: "the file is cut short or damaged: fetch or write it again")
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws -> T {
    T(littleEndian: try take(MemoryLayout<T>.size).loadUnaligned(as: T.self))
  }

  /// An unsigned 64-bit length or offset. Throws ``StorageError`` if no memory could be that large.
  mutating func length64() throws -> Int {
    let value = try integer(UInt64.self)
    guard let length = Int(exactly: value) else {
      throw StorageError(
        file: file, found: "a length of \(value) bytes in the \(content)",
        expected: "at most \(Int.max)", remedy: "the file is damaged: fetch or write it again")
    }
    return length
  }
}
