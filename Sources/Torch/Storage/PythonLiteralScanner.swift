/// Reads the Python dictionary in the header of an npy file:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct PythonLiteralScanner {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// Reads the dictionary, each of its keys once. Throws ``StorageError``.
  mutating func arrayDescription() throws -> (type: String, isFortran: Bool, shape: [Int]) {
    var type: String?
    var isFortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try string()
      case "fortran_order" where isFortran == nil: isFortran = try bool()
      case "shape" where shape == nil: shape = try tuple()
      default: throw unexpected("descr, fortran_order and shape, each once")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.count, let type, let isFortran, let shape else {
      throw unexpected("descr, fortran_order and shape, then the end")
    }
    return (type, isFortran, shape)
  }

  private mutating func string() throws -> String {
    skipSpace()
    guard position < bytes.count, case let quote = bytes[position],
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = bytes[(position + 1)...].firstIndex(of: quote)
    else { throw unexpected("a quoted text (structured types are not supported)") }
    defer { position = end + 1 }
    return String(decoding: bytes[position + 1..<end], as: UTF8.self)
  }

  private mutating func bool() throws -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var values: [Int] = []
    while !skip(")") {
      values.append(try integer())
      if !skip(",") {
        try expect(")")
        break
      }
    }
    guard values.count <= 64 else { throw unexpected("at most 64 axes") }
    return values
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { 48...57 ~= $0 }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw unexpected("a size")
    }
    position += digits.count
    // Python 2 wrote sizes as long integers.
    _ = skip("L")
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func skip(_ character: UnicodeScalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: UnicodeScalar) throws {
    guard skip(character) else { throw unexpected("\"\(character)\"") }
  }

  private func unexpected(_ expected: String) -> StorageError {
    StorageError(
      file: file,
      found: position < bytes.count
        ? "byte \(bytes[position]) at \(position) of the npy header"
        : "the end of the npy header", expected: expected,
      remedy: "the file is damaged or of another kind: write the array with numpy.save")
  }
}
