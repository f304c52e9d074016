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
