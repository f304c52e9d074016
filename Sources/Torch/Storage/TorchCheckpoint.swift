/// What `torch.save` wrote to a `.pth` or `.pt` file, zip or legacy format, read without running code.
///
///     let checkpoint = try TorchCheckpoint.read("efficientnet_lite0.pth")
///     for (name, tensor) in try checkpoint.stateDictionary() { print(name, tensor.shape) }
///     print(checkpoint.root["epoch"]?.intValue ?? 0)
public struct TorchCheckpoint: Sendable {
  /// The pickled object: numbers, texts, lists and dictionaries, tensors as places in the file.
  public let root: PickleValue
  private let file: MappedFile

  /// Maps and reads the checkpoint at `path`.
  ///
  /// Throws ``StorageError`` if it is none, is damaged, or mentions a Python name that tensors in
  /// dictionaries do not need; the error tells that name.
  public static func read(_ path: String) throws -> TorchCheckpoint {
    try TorchCheckpoint(MappedFile(path))
  }

  /// Reads a copy of `bytes`; errors call it `name`. Throws ``StorageError``.
  public static func read(
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
  public func tensor(_ stored: StoredTensor) -> Tensor { Tensor(stored, in: file) }

  /// The named tensors in their order, out of the wrappers that training scripts put around them.
  ///
  /// Dictionaries called `state_dict`, `model_state_dict` or `model` are unwrapped, and the `module.` of a `DataParallel` is removed where every name has it. Entries that
  /// are no tensors are left out. Throws ``StorageError`` if there is no named tensor.
  public func stateDictionary() throws -> [(name: String, tensor: Tensor)] {
    try StateDictionary(root, file: file.path).tensors.map { ($0.name, tensor($0.tensor)) }
  }
}
