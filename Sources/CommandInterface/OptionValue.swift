import ArgumentParser
import FoundationEssentials
import Records

/// A value that an option takes, from the command line as a word and from a file as JSON or YAML.
package protocol OptionValue: ExpressibleByArgument {
  /// What a person calls such a value: `a whole number`.
  static var kind: String { get }
  /// The value as a file writes it; nil where it is of another kind.
  init?(_ value: JSONValue)
  var json: JSONValue { get }
}

extension OptionValue {
  /// A word in a file stands for what it would on the command line.
  package init?(_ value: JSONValue) {
    guard let word = value.word else { return nil }
    self.init(argument: word)
  }
}

extension JSONValue {
  /// What a person would write on the command line for it; nil for lists and mappings.
  fileprivate var word: String? {
    switch self {
    case .string(let text): text
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .null, .bool, .array, .object: nil
    }
  }
}

extension String: OptionValue {
  package static var kind: String { "text" }
  package var json: JSONValue { .string(self) }
}

extension Int: OptionValue {
  package static var kind: String { "a whole number" }
  package init?(_ value: JSONValue) {
    // YAML's 1e2 is a whole number, too.
    if case .number(let number) = value {
      self.init(exactly: number)
    } else {
      guard let word = value.word else { return nil }
      self.init(word)
    }
  }
  package var json: JSONValue { .integer(self) }
}

extension UInt64: OptionValue {
  package static var kind: String { "a whole number from 0 to \(UInt64.max)" }
  /// JSON's numbers end before the largest seeds do.
  package var json: JSONValue { Int(exactly: self).map(JSONValue.integer) ?? .string("\(self)") }
}

extension Double: OptionValue {
  package static var kind: String { "a number" }
  package var json: JSONValue { .number(self) }
}

extension Float: OptionValue {
  package static var kind: String { "a number" }
  package var json: JSONValue { .number(Double(self)) }
}

extension OptionValue where Self: CaseIterable & RawRepresentable, RawValue == String {
  package static var kind: String { "one of: \(allCases.map(\.rawValue).joined(separator: ", "))" }
  package var json: JSONValue { .string(rawValue) }
}

/// `256` or, where the sides differ, `WIDTHxHEIGHT`.
package struct ImageSize: OptionValue, Equatable {
  package let width: Int
  package let height: Int

  package init(_ side: Int) { (width, height) = (side, side) }

  package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  package init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count <= 2, let width = sides[0], let height = sides[sides.count - 1],
      Bounds.imageSide.contains(width), Bounds.imageSide.contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }

  package static var kind: String {
    "one side in pixels or WIDTHxHEIGHT, sides from \(Bounds.imageSide.lowerBound)"
      + " to \(Bounds.imageSide.upperBound)"
  }
  package var json: JSONValue { .string(defaultValueDescription) }
  package var defaultValueDescription: String {
    width == height ? "\(width)" : "\(width)x\(height)"
  }
}

/// Levels that become black and white, as in `0:4095`.
package struct LevelRange: OptionValue, Equatable {
  package let range: ClosedRange<Float>

  package init?(argument: String) {
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map { Float($0) }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1], low < high,
      (high - low).isFinite
    else { return nil }
    range = low...high
  }

  package static var kind: String { "two numbers such as 0:4095, the lower one first" }
  package var json: JSONValue { .string(defaultValueDescription) }
  package var defaultValueDescription: String { "\(range.lowerBound):\(range.upperBound)" }
}

/// Whole numbers with commas between them, such as `8,16,32`; in a file also as a list.
package struct IntegerList: OptionValue, Equatable {
  package let values: [Int]

  package init(_ values: [Int]) { self.values = values }

  package init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.drop { $0 == " " })
    }
    guard !numbers.contains(nil) else { return nil }
    values = numbers.compactMap(\.self)
  }

  package init?(_ value: JSONValue) {
    guard case .array(let items) = value else {
      guard let word = value.word else { return nil }
      self.init(argument: word)
      return
    }
    let numbers = items.map { Int($0) }
    guard !numbers.isEmpty, !numbers.contains(nil) else { return nil }
    self.init(numbers.compactMap(\.self))
  }

  package static var kind: String { "whole numbers with commas between them" }
  package var json: JSONValue { .string(defaultValueDescription) }
  package var defaultValueDescription: String { values.map(String.init).joined(separator: ",") }
}

/// Taps of a backbone with commas between them, each by its stride or its name, such as `8,16` or `layer2,layer3`; in a file
/// also as a list.
package struct TapList: OptionValue, Equatable {
  /// Whole numbers and texts.
  package let values: [JSONValue]

  package init?(argument: String) {
    self.init(
      words: argument.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.split(separator: " ").joined(separator: " ")
      })
  }

  package init?(_ value: JSONValue) {
    guard case .array(let items) = value else {
      guard let word = value.word else { return nil }
      self.init(argument: word)
      return
    }
    let words = items.map(\.word)
    guard !words.contains(nil) else { return nil }
    self.init(words: words.compactMap(\.self))
  }

  private init?(words: [String]) {
    guard !words.isEmpty, words.allSatisfy({ !$0.isEmpty }) else { return nil }
    values = words.map { word in Int(word).map(JSONValue.integer) ?? .string(word) }
  }

  package static var kind: String { "strides or names with commas between them" }
  package var json: JSONValue { .string(defaultValueDescription) }
  package var defaultValueDescription: String {
    values.compactMap(\.word).joined(separator: ",")
  }
}

/// Classes with commas between them, by name or number, such as `0-4,7` or `cat,dog`.
package struct ClassList: OptionValue, Equatable {
  package let names: [String]
  package let defaultValueDescription: String

  package init?(argument: String) {
    defaultValueDescription = argument
    var names: [String] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      if ends.count == 2, let first = ends[0], let last = ends[1] {
        guard first <= last, last.subtractingReportingOverflow(first).partialValue < 1000,
          !last.subtractingReportingOverflow(first).overflow
        else { return nil }
        names += (first...last).map(String.init)
      } else {
        guard !word.isEmpty else { return nil }
        names.append(String(word))
      }
    }
    self.names = names
  }

  package init?(_ value: JSONValue) {
    let words = if case .array(let items) = value { items.map(\.word) } else { [value.word] }
    guard !words.isEmpty, !words.contains(nil) else { return nil }
    self.init(argument: words.compactMap(\.self).joined(separator: ","))
  }

  package static var kind: String {
    "names or numbers of classes with commas between them, such as 0-4,7"
  }
  package var json: JSONValue { .string(defaultValueDescription) }
}

/// Where to compute: `cpu`, `cuda` or `cuda:1`.
package struct DeviceName: OptionValue, Equatable {
  package let name: String

  package init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1 where parts[0] == "cpu" || parts[0] == "cuda": break
    case 2 where parts[0] == "cuda" && Int(parts[1]).map((0..<128).contains) == true: break
    default: return nil
    }
    name = argument
  }

  package static var kind: String { "cpu, cuda or cuda:1" }
  package var json: JSONValue { .string(name) }
  package var defaultValueDescription: String { name }
}

/// `name=value`, for a setting of the detector; the value is JSON, a word, or a list of words such as `[mse,ssim]`.
package struct GivenSetting: ExpressibleByArgument, Equatable {
  package let name: String
  package let value: JSONValue

  package init(name: String, value: JSONValue) {
    self.name = name
    self.value = value
  }

  package init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    name = String(parts[0])
    let text = String(parts[1])
    value = Self.json(text) ?? Self.list(text) ?? .string(text)
  }

  private static func json(_ text: String) -> JSONValue? {
    try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  /// Words in brackets, whose quotes a shell has taken away or nobody has written.
  private static func list(_ text: String) -> JSONValue? {
    guard text.count > 2, text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    let words = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").joined(separator: " ") }
    guard words.allSatisfy({ !$0.isEmpty && !$0.contains { "[]{}\"".contains($0) } }) else {
      return nil
    }
    return .array(words.map { json($0) ?? .string($0) })
  }
}

extension [GivenSetting] {
  /// The settings by name; of two with one name the last counts.
  package var members: [String: JSONValue] {
    Dictionary(map { ($0.name, $0.value) }) { _, last in last }
  }
}
