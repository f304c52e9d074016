/// What `torch.save` wrote to a `.pth` or `.pt` file, zip or legacy format, read without running code.
///
///     let checkpoint = try TorchCheckpoint.read("efficientnet_lite0.pth")
///     for (name, tensor) in try checkpoint.stateDictionary() { print(name, tensor.shape) }
public struct TorchCheckpoint: Sendable {
  /// The pickled object: numbers, texts, lists and dictionaries, tensors as places in the file.
  package let root: PickleValue
  private let file: MappedFile

  /// Maps and reads the checkpoint at `path`.
  ///
  /// Throws ``StorageError`` if it is none, is damaged, or mentions a Python name that tensors in
  /// dictionaries do not need; the error tells that name.
  public static func read(_ path: String) throws -> TorchCheckpoint {
    try TorchCheckpoint(MappedFile(path))
  }

  /// Reads a copy of `bytes`; errors call it `name`. Throws ``StorageError``.
  package static func read(
    bytes: UnsafeRawBufferPointer, name: String = "checkpoint bytes"
  ) throws -> TorchCheckpoint {
    try TorchCheckpoint(MappedFile(copying: bytes, name: name))
  }

  init(_ file: MappedFile) throws {
    self.file = file
    root = try Self.root(of: file.bytes, file: file.path)
  }

  /// The pickled object in the checkpoint `bytes`. Throws ``StorageError``.
  static func root(of bytes: UnsafeRawBufferPointer, file: String) throws -> PickleValue {
    if ZipArchive.matches(bytes) { return try TorchArchive(bytes, file: file).root }
    if LegacyCheckpoint.matches(bytes) { return try LegacyCheckpoint(bytes, file: file).root }
    throw StorageError(
      file: file, found: bytes.isEmpty ? "an empty file" : "neither a zip nor a legacy checkpoint",
      expected: "a file of torch.save", remedy: "fetch or write the checkpoint again")
  }

  /// The tensor that a value of ``root`` stands for, borrowed from the file where it is aligned.
  package func tensor(_ stored: StoredTensor) -> Tensor { Tensor(stored, in: file) }

  /// The named tensors in their order, out of the wrappers that training scripts put around them.
  ///
  /// Dictionaries called `state_dict`, `model_state_dict` or `model` are unwrapped, and the `module.` of a `DataParallel` is
  /// removed where every name has it. Entries that are no tensors are left out. Throws ``StorageError`` if there is no named
  /// tensor.
  public func stateDictionary() throws -> [(name: String, tensor: Tensor)] {
    try StateDictionary(root, file: file.path).tensors.map { ($0.name, tensor($0.tensor)) }
  }
}

/// A checkpoint as `torch.save` writes it since version 1.6: a zip file of a pickle and one record a storage.
struct TorchArchive {
  let root: PickleValue

  /// Reads the checkpoint `bytes`. Throws ``StorageError``.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    let archive = try ZipArchive(bytes, file: file)
    guard let pickleName = archive.names.first(where: { $0.hasSuffix("/data.pkl") }),
      let pickle = try archive.range(of: pickleName)
    else {
      throw StorageError(
        file: file, found: "a zip file without data.pkl", expected: "a checkpoint of torch.save",
        remedy: "give the path of a checkpoint")
    }
    let folder = pickleName.dropLast("data.pkl".count)
    guard !archive.names.contains("\(folder)constants.pkl") else {
      throw StorageError(
        file: file, found: "a TorchScript archive", expected: "a state_dict",
        remedy: "in Python, save torch.jit.load(path).state_dict() with torch.save")
    }
    if let range = try archive.range(of: "\(folder)byteorder") {
      let order = String(decoding: bytes[range], as: UTF8.self)
      guard order == "little" else {
        throw StorageError(
          file: file, found: "byte order \(order.debugDescription)", expected: "little",
          remedy: "save the checkpoint again on a little-endian machine")
      }
    }
    var offset = 0
    root = try Unpickler.load(
      UnsafeRawBufferPointer(rebasing: bytes[pickle]), from: &offset, file: file
    ) { key, dtype, count in
      // The unpickler has checked the product.
      let size = count * dtype.byteCount
      let name = "\(folder)data/\(key)"
      let record = try archive.range(of: name)
      guard let record, record.count >= size else {
        throw StorageError(
          file: file, found: record.map { "\($0.count) bytes in \(name)" } ?? "no record \(name)",
          expected: "\(size) bytes", remedy: "the file is damaged: fetch or write it again")
      }
      return record.lowerBound..<record.lowerBound + size
    }
  }
}

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
