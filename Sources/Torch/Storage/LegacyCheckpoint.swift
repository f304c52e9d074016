/// A checkpoint as `torch.save` wrote it before version 1.6: five pickles, then the storages one by one.
///
/// Source: `_legacy_load` in PyTorch's `torch/serialization.py`.
struct LegacyCheckpoint {
  let root: PickleValue

  /// 0x1950a86a20f9469cfc6c as a pickle holds it.
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  /// Whether `bytes` start as such a file does; the pickle protocol does not matter.
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(32)
    return start.indices.contains { start[$0...].starts(with: magic) }
  }

  /// Reads the checkpoint `bytes`. Throws ``StorageError``.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    func plain(_ offset: inout Int) throws -> PickleValue {
      try Unpickler.load(bytes, from: &offset, file: file) { key, _, _ in
        throw Self.damaged(file, "storage \(key) before the contents", expected: "plain values")
      }
    }
    var offset = 0
    guard case .bytes(Self.magic) = try plain(&offset), case .int(1001) = try plain(&offset) else {
      throw Self.damaged(file, "another start", expected: "a legacy checkpoint of version 1001")
    }
    guard case .bool(true)? = try plain(&offset)["little_endian"] else {
      throw StorageError(
        file: file, found: "big-endian storages", expected: "little-endian ones",
        remedy: "save the checkpoint again on a little-endian machine")
    }
    // The storages stand behind the pickle that asks for them. A first reading finds what they are
    // and where they start, a second one places the tensors.
    let start = offset
    var sizes: [String: Int] = [:]
    _ = try Unpickler.load(bytes, from: &offset, file: file) { key, dtype, count in
      let size = count * dtype.byteCount
      guard sizes.updateValue(size, forKey: key) ?? size == size else {
        throw Self.damaged(file, "storage \(key) of two sizes", expected: "one size")
      }
      return 0..<size
    }
    guard case .list(let keys) = try plain(&offset) else {
      throw Self.damaged(file, "no list of storages", expected: "one")
    }
    let ranges = try Self.ranges(of: keys, sizes: sizes, bytes: bytes, from: offset, file: file)
    offset = start
    root = try Unpickler.load(bytes, from: &offset, file: file) { key, _, _ in
      guard let range = ranges[key] else {
        throw Self.damaged(file, "no storage \(key)", expected: "one behind the pickle")
      }
      return range
    }
  }

  /// Each storage is its number of elements in 64 bits, then the elements.
  private static func ranges(
    of keys: [PickleValue], sizes: [String: Int], bytes: UnsafeRawBufferPointer, from start: Int,
    file: String
  ) throws -> [String: Range<Int>] {
    var reader = ByteReader(bytes, file: file, content: "list of storages", offset: start)
    var ranges: [String: Range<Int>] = [:]
    for key in keys {
      guard let key = key.stringValue, let size = sizes[key] else {
        throw damaged(file, "a storage that no tensor asks for", expected: "only known ones")
      }
      let count = try reader.length64()
      guard
        count == 0 ? size == 0 : size.isMultiple(of: count) && [1, 2, 4, 8].contains(size / count)
      else {
        throw damaged(file, "storage \(key) of \(count) elements", expected: "\(size) bytes")
      }
      let place = reader.offset
      _ = try reader.take(size)
      guard ranges.updateValue(place..<place + size, forKey: key) == nil else {
        throw damaged(file, "storage \(key) twice", expected: "each storage once")
      }
    }
    return ranges
  }

  private static func damaged(_ file: String, _ found: String, expected: String) -> StorageError {
    StorageError(
      file: file, found: found, expected: expected,
      remedy: "the file is cut short or damaged: fetch or write it again")
  }
}
