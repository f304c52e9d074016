/// The named tensors of a checkpoint, as places in its file.
struct StateDictionary {
  let tensors: [(name: String, tensor: StoredTensor)]

  private static let wrappers = ["state_dict", "model_state_dict", "model"]

  /// Finds the state dictionary in `root` or in a wrapper inside of it. Throws ``StorageError``.
  init(_ root: PickleValue, file: String) throws {
    var value = root
    // Wrappers nest (`{"model": {"state_dict": ...}}`), but never deeply.
    for _ in 0..<4 {
      // Looked for first: tensors such as `best_accuracy` may stand beside the wrapped ones.
      let inner = Self.wrappers.lazy.compactMap { value[$0] }.first {
        if case .dictionary = $0 { true } else { false }
      }
      guard let inner else { break }
      value = inner
    }
    let named = Self.tensors(in: value)
    if !named.isEmpty {
      tensors = Self.withoutPrefix("module.", named)
      return
    }
    var found = "no dictionary"
    if case .dictionary(let dictionary) = root {
      let names = dictionary.names
      found =
        "a dictionary of \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? ", ..." : "")"
    }
    throw StorageError(
      file: file, found: found,
      expected: "tensors by name, at the top or under \(Self.wrappers.joined(separator: ", "))",
      remedy: "save the state_dict of the model alone")
  }

  private static func tensors(in value: PickleValue) -> [(name: String, tensor: StoredTensor)] {
    guard case .dictionary(let dictionary) = value else { return [] }
    return dictionary.entries.compactMap {
      guard case (.string(let name), .tensor(let tensor)) = $0 else { return nil }
      return (name, tensor)
    }
  }

  private static func withoutPrefix(
    _ prefix: String, _ tensors: [(name: String, tensor: StoredTensor)]
  ) -> [(name: String, tensor: StoredTensor)] {
    guard tensors.allSatisfy({ $0.name.hasPrefix(prefix) }) else { return tensors }
    return tensors.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
  }
}
