import ArgumentParser
import Records

/// What one subcommand can be told. The parser of the command line fills it, then a file, which leaves alone what the
/// command line has given; encoded, it is the run's record, and so a file that repeats the run.
///
/// Every option is optional here: whether one is missing shows when the file has been read.
package protocol OptionStructure: ParsableArguments, Encodable {
  static var fields: [OptionField<Self>] { get }
  /// Throws `ValidationError` where options contradict each other.
  func checkTogether() throws
}

extension OptionStructure {
  package func checkTogether() throws {}

  /// For the run's record.
  package var record: [String: JSONValue] {
    Dictionary(
      uniqueKeysWithValues: Self.fields.compactMap { field in
        field.record(self).map { (field.key, $0) }
      })
  }

  package func encode(to encoder: any Encoder) throws {
    try JSONValue.object(record).encode(to: encoder)
  }
}

/// A subcommand that the program answers or does.
package protocol Subcommand: ParsableCommand, OptionStructure {
  var output: OutputOptions { get }
}

/// Options by name, and the file that they stand in.
package struct OptionFile {
  package let path: String
  package let members: [String: JSONValue]

  package init(path: String, members: [String: JSONValue]) {
    self.path = path
    self.members = members
  }
}

extension Subcommand {
  /// Adds the options of a file, then checks all of them.
  ///
  /// - Throws: `ValidationError` for what the command line is to blame for, ``InspectionError`` for the file.
  package mutating func complete(with file: OptionFile? = nil) throws {
    var filled: [String: String] = [:]
    for (key, value) in file?.members.sorted(by: { $0.key < $1.key }) ?? [] {
      guard let field = Self.fields.first(where: { $0.key == key || $0.aliases.contains(key) })
      else { throw Self.unknown(key, in: file) }
      // `key: null` gives nothing.
      guard value != .null else { continue }
      let wasGiven = field.isGiven(self)
      guard field.fill(&self, value) else {
        throw Self.wrong(file, "\(key) is \(value.shown)", "allowed: \(field.allowed)")
      }
      if !wasGiven { filled[field.key] = key }
    }
    for field in Self.fields {
      guard let value = field.outOfBounds(self) else { continue }
      if let key = filled[field.key] {
        throw Self.wrong(file, "\(key) is \(value)", "allowed: \(field.allowed)")
      }
      throw ValidationError("\(field.spelling) is \(value); allowed: \(field.allowed)")
    }
    for field in Self.fields where !field.isGiven(self) {
      if let need = field.need { throw ValidationError("\(field.spelling) is missing: \(need)") }
    }
    try checkTogether()
  }

  private static func unknown(_ key: String, in file: OptionFile?) -> InspectionError {
    let keys = fields.map(\.key).sorted()
    let near = keys.filter { $0.isNear(key) }
    return wrong(
      file, "the key \(key), which is no option of `blemish \(configuration.commandName ?? "")`",
      near.isEmpty
        ? "use one of: \(keys.joined(separator: ", "))"
        : "did you mean \(near.joined(separator: " or "))?")
  }

  private static func wrong(_ file: OptionFile?, _ found: String, _ remedy: String)
    -> InspectionError
  {
    InspectionError(file?.path ?? "the options", found: found, remedy: remedy, isUsage: true)
  }
}

extension JSONValue {
  /// The value in an error's line.
  fileprivate var shown: String {
    switch self {
    case .null: "empty"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): "'\(text.prefix(80))'"
    case .array: "a list"
    case .object: "a group of names and values"
    }
  }
}

extension String {
  /// Whether one is likely a slip of the other: a third of the letters differ at most, case and dashes aside.
  fileprivate func isNear(_ other: String) -> Bool {
    let (a, b) = (letters, other.letters)
    guard !a.isEmpty, b.count < 100 else { return false }
    if a.starts(with: b) || b.starts(with: a) { return true }
    // Levenshtein's distance, row by row.
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let change = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(change, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count] * 3 <= max(a.count, b.count)
  }

  private var letters: [Character] { Array(lowercased().filter { $0 != "-" && $0 != "_" }) }
}
