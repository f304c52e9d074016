/// Named tensors in the safetensors format, the package's own format for weights and fixtures.
///
///     let weights = try SafeTensors.read("model.safetensors")
///     let kernel = weights.tensors["conv1.weight"]
///     try SafeTensors.write(["map": map], metadata: ["epoch": "3"], to: "maps.safetensors")
public struct SafeTensors: Sendable {
  /// The tensors by name. They borrow the mapped file where their data is aligned for their type.
  public let tensors: [String: Tensor]
  /// The names in the order of the data in the file.
  public let names: [String]
  /// The free text entries of the header.
  public let metadata: [String: String]

  /// Maps the file at `path`. Throws ``StorageError`` if it is not a sound safetensors file.
  public static func read(_ path: String) throws -> SafeTensors {
    try SafeTensors(MappedFile(path))
  }

  /// Reads a copy of `bytes`; errors call it `name`. Throws ``StorageError``.
  public static func read(
    bytes: UnsafeRawBufferPointer, name: String = "safetensors bytes"
  ) throws -> SafeTensors {
    try SafeTensors(MappedFile(copying: bytes, name: name))
  }

  package init(_ file: MappedFile) throws {
    let header = try SafeTensorsHeader(file.bytes, file: file.path)
    names = header.tensors.map(\.name)
    metadata = header.metadata
    tensors = Dictionary(
      uniqueKeysWithValues: header.tensors.map { ($0.name, Tensor($0.tensor, in: file)) })
  }

  /// Writes `tensors` as they are, strides made dense, to `path`; the same input gives the same bytes.
  ///
  /// Larger elements come first and the data starts at a multiple of 64 bytes, so that every tensor
  /// is aligned for its type. Throws ``StorageError``; an older file is replaced only by a whole one.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
  ) throws {
    let sorted = tensors.sorted {
      (-$0.value.dtype.byteCount, $0.key) < (-$1.value.dtype.byteCount, $1.key)
    }
    let described = try sorted.map { name, tensor in
      guard let code = tensor.dtype.safeTensorsCode, name != "__metadata__" else {
        throw StorageError(
          file: path, found: "tensor \"\(name)\" of type \(tensor.dtype)",
          expected: "a type and a name that safetensors has",
          remedy: "convert or rename the tensor before writing")
      }
      return (name, code, tensor.shape, tensor.count * tensor.dtype.byteCount)
    }
    try AtomicFile.write(to: path) { file in
      try file.append(SafeTensorsHeader.encode(described, metadata: metadata))
      for (_, tensor) in sorted {
        try tensor.withUnsafeBytes { try file.append($0) }
      }
    }
  }
}
