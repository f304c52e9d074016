/// Walks through the text of a header.
protocol HeaderScanner {
  var bytes: UnsafeRawBufferPointer { get }
  var position: Int { get set }

  /// The error of finding something else at the position.
  func unexpected(_ expected: String) -> StorageError
}

extension HeaderScanner {
  mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  /// Whether `character` comes next but for white space; both are then behind the position.
  mutating func skip(_ character: UnicodeScalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: UnicodeScalar) throws {
    guard skip(character) else { throw unexpected("\"\(character)\"") }
  }
}

/// Walks through the JSON of a header: objects, strings and lists of non-negative integers.
///
/// Foundation's decoder keeps the last of two equal keys without a word, and a header with a name
/// twice must be an error.
struct JSONScanner: HeaderScanner {
  let bytes: UnsafeRawBufferPointer
  private let file: String
  private let content: String
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String, content: String) {
    self.bytes = bytes
    self.file = file
    self.content = content
  }

  func error(found: String, expected: String) -> StorageError {
    StorageError(
      file: file, found: "\(found) in the \(content)", expected: expected,
      remedy: "the file is damaged or of another format: fetch or write it again")
  }

  /// Reads an object; `member` is called after each key and reads the value.
  mutating func object(_ member: (inout JSONScanner, String) throws -> Void) throws {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while skip(",")
    try expect("}")
  }

  /// Reads a list of non-negative integers.
  mutating func integers() throws -> [Int] {
    try expect("[")
    if skip("]") { return [] }
    var values: [Int] = []
    repeat { values.append(try integer()) } while skip(",")
    try expect("]")
    return values
  }

  /// Reads a string, escapes resolved.
  mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error(found: "a string that is no UTF-8", expected: "UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw unexpected("a character of a string")
      default: text.append(byte)
      }
    }
    throw unexpected("the end of a string")
  }

  /// Checks that only white space is left.
  mutating func end() throws {
    skipSpace()
    if position < bytes.count { throw unexpected("the end") }
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, case let digit = Int(bytes[position]) - 48, 0...9 ~= digit {
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowedSum) = tens.addingReportingOverflow(digit)
      guard !overflowed, !overflowedSum else { throw unexpected("a number below \(Int.max)") }
      value = sum
      position += 1
    }
    guard position > start else { throw unexpected("a non-negative integer") }
    return value
  }

  private mutating func escape() throws -> [UInt8] {
    switch next() {
    case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
    case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
    case UInt8(ascii: "/"): return [UInt8(ascii: "/")]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
          throw unexpected("the second half of a surrogate pair")
        }
        units.append(try codeUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw unexpected("a valid Unicode escape")
      }
      return Array(text.utf8)
    default: throw unexpected("an escape sequence")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  func unexpected(_ expected: String) -> StorageError {
    error(
      found: position < bytes.count
        ? "byte \(bytes[position]) at \(position)" : "the end at \(position)",
      expected: expected)
  }

  /// `text` as a JSON string with its quotes.
  static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
