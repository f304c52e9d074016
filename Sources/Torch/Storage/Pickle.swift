/// What a Python pickle holds, as plain data: nothing in it is code and nothing is run.
package enum PickleValue: Sendable {
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
  package subscript(key: String) -> PickleValue? {
    if case .dictionary(let dictionary) = self { dictionary[key] } else { nil }
  }

  /// The text, if this is one.
  package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
}

/// A Python dictionary: entries in the order in which the keys first came.
package struct PickleDictionary: Sendable {
  /// The entries in order.
  package private(set) var entries: [(key: PickleValue, value: PickleValue)] = []
  private var positions: [String: Int] = [:]

  /// The value of a key that is text; nil where there is none.
  package subscript(key: String) -> PickleValue? {
    positions[key].map { entries[$0].value }
  }

  /// The keys that are strings.
  var names: [String] { entries.compactMap(\.key.stringValue) }

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

/// A value while its pickle is being read. Containers can still grow and hold their contents by
/// position in the unpickler's list of nodes, so that neither cycles nor deep nesting harm.
enum PickleNode {
  case none
  case bool(Bool)
  case int(Int)
  /// An integer beyond 64 bits, little-endian two's complement.
  case largeInteger([UInt8])
  case float(Double)
  case string(String)
  case bytes([UInt8])
  case list([Int])
  case tuple([Int])
  case dictionary([(key: Int, value: Int)])
  /// Attributes by name.
  case object([(key: Int, value: Int)])
  case global(PickleGlobal)
  case storage(PickleStorage)
  case tensor(StoredTensor)
  /// A numpy type, by which scalars are read.
  case numpyType(DType)
}

/// The memory behind tensors: a record of the file, or a part of one.
struct PickleStorage {
  /// Name of the record in the file.
  let key: String
  let dtype: DType
  /// Place in the file.
  let range: Range<Int>
}

/// Turns the nodes of a finished pickle into values; shared parts stay shared.
struct PickleFreezer {
  private let nodes: [PickleNode]
  private let file: String
  private var finished: [Int: (value: PickleValue, height: Int)] = [:]

  /// Deeper values would exhaust the stack of whoever walks through or releases them.
  private static let deepest = 100

  init(nodes: [PickleNode], file: String) {
    self.nodes = nodes
    self.file = file
  }

  /// The value of the node at `root`. Throws ``StorageError`` if it contains itself or nests too deep.
  mutating func value(of root: Int) throws -> PickleValue {
    try freeze(root, depth: 0).value
  }

  private mutating func freeze(_ index: Int, depth: Int) throws -> (value: PickleValue, height: Int)
  {
    if let known = finished[index] { return known }
    // Cycles end here too.
    guard depth < Self.deepest else { throw tooDeep }
    var height = 0
    func child(_ index: Int, _ freezer: inout PickleFreezer) throws -> PickleValue {
      let (value, below) = try freezer.freeze(index, depth: depth + 1)
      height = max(height, below + 1)
      return value
    }
    let value: PickleValue
    switch nodes[index] {
    case .none: value = .none
    case .bool(let bool): value = .bool(bool)
    case .int(let int): value = .int(int)
    case .largeInteger(let bytes), .bytes(let bytes): value = .bytes(bytes)
    case .float(let float): value = .float(float)
    case .string(let string): value = .string(string)
    case .tensor(let tensor): value = .tensor(tensor)
    case .list(let elements), .tuple(let elements):
      value = .list(try elements.map { try child($0, &self) })
    case .dictionary(let entries), .object(let entries):
      var dictionary = PickleDictionary()
      for entry in entries {
        dictionary.set(try child(entry.value, &self), for: try child(entry.key, &self))
      }
      value = .dictionary(dictionary)
    case .global(.symbol(let name)): value = .symbol(name)
    case .global(let global): value = .symbol("\(global)")
    case .storage(let storage): value = .symbol("storage \(storage.key)")
    case .numpyType(let dtype): value = .symbol("numpy.\(dtype)")
    }
    guard height < Self.deepest else { throw tooDeep }
    finished[index] = (value, height)
    return (value, height)
  }

  private var tooDeep: StorageError {
    StorageError(
      file: file, found: "a pickle whose values nest more than \(Self.deepest) deep",
      expected: "a checkpoint", remedy: "save a state_dict alone")
  }
}
