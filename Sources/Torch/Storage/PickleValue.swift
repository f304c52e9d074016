/// What a Python pickle holds, as plain data: nothing in it is code and nothing is run.
public enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case bytes([UInt8])
  /// Lists, tuples and sets.
  case list([PickleValue])
  /// Dictionaries and objects that are attributes by name, such as `argparse.Namespace`.
  case dictionary(PickleDictionary)
  case tensor(StoredTensor)
  /// A name from Python such as `torch.float32`; only names that are known to be harmless occur.
  case symbol(String)

  /// The value of `key` if this is a dictionary that has it.
  public subscript(key: String) -> PickleValue? {
    if case .dictionary(let dictionary) = self { dictionary[key] } else { nil }
  }

  public var intValue: Int? { if case .int(let value) = self { value } else { nil } }
  public var doubleValue: Double? {
    switch self {
    case .float(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
}

/// A Python dictionary: entries in the order in which the keys first came.
public struct PickleDictionary: Sendable {
  public private(set) var entries: [(key: PickleValue, value: PickleValue)] = []
  private var positions: [String: Int] = [:]

  public init() {}

  public subscript(key: String) -> PickleValue? {
    positions[key].map { entries[$0].value }
  }

  /// The keys that are strings.
  public var names: [String] { entries.compactMap(\.key.stringValue) }

  /// Adds an entry; as in Python, one with an equal string key gives way.
  mutating func set(_ value: PickleValue, for key: PickleValue) {
    guard case .string(let name) = key else { return entries.append((key, value)) }
    if let position = positions[name] {
      entries[position].value = value
    } else {
      positions[name] = entries.count
      entries.append((key, value))
    }
  }
}
