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
  package static func read(
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
    // What stands in for results once memory has run out must not reach a file.
    try checkMemory()
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

/// The header of a safetensors file: names, types, shapes and places of the tensors.
///
/// Checked as the format demands (https://github.com/huggingface/safetensors#format): every byte of
/// the data section belongs to exactly one tensor.
struct SafeTensorsHeader {
  /// The tensors in the order of their data; offsets count from the start of the file.
  private(set) var tensors: [(name: String, tensor: StoredTensor)] = []
  private(set) var metadata: [String: String] = [:]

  /// The format's own limit, which keeps a hostile length from costing memory.
  static let largestHeader = 100_000_000

  /// Reads the header of the file whose contents are `bytes`. Throws ``StorageError``.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    var reader = ByteReader(bytes, file: file, content: "safetensors file")
    let length = try reader.length64()
    guard length <= Self.largestHeader, length <= reader.remaining else {
      throw StorageError(
        file: file, found: "a header of \(length) bytes in a file of \(bytes.count)",
        expected: "a safetensors file with a header within the file and below 100 MB",
        remedy: "the file is cut short or of another format: fetch or write it again")
    }
    var scanner = JSONScanner(try reader.take(length), file: file, content: "safetensors header")
    let dataStart = reader.offset
    var names = Set<String>()
    try scanner.object { scanner, name in
      guard names.insert(name).inserted else {
        throw scanner.error(found: "the name \"\(name)\" twice", expected: "each name once")
      }
      if name == "__metadata__" {
        metadata = try Self.metadata(&scanner)
      } else {
        let tensor = try Self.tensor(&scanner, name: name, dataStart: dataStart)
        tensors.append((name, tensor))
      }
    }
    try scanner.end()
    try checkCoverage(from: dataStart, to: bytes.count, file: file)
  }

  private static func metadata(_ scanner: inout JSONScanner) throws -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { scanner, key in
      let value = try scanner.string()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw scanner.error(found: "the metadata \"\(key)\" twice", expected: "each name once")
      }
    }
    return metadata
  }

  private static func tensor(
    _ scanner: inout JSONScanner, name: String, dataStart: Int
  ) throws -> StoredTensor {
    var dtype: DType?
    var shape: [Int]?
    var range: [Int]?
    try scanner.object { scanner, key in
      switch key {
      case "dtype" where dtype == nil:
        let code = try scanner.string()
        dtype = DType(safeTensorsCode: code)
        if dtype == nil {
          throw scanner.error(
            found: "tensor \"\(name)\" of type \(code)",
            expected: DType.allCases.compactMap(\.safeTensorsCode).joined(separator: ", "))
        }
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where range == nil: range = try scanner.integers()
      default:
        throw scanner.error(
          found: "\"\(key)\" in tensor \"\(name)\"",
          expected: "dtype, shape and data_offsets, each once")
      }
    }
    guard let dtype, let shape, let range, range.count == 2 else {
      throw scanner.error(
        found: "tensor \"\(name)\" without all of its description",
        expected: "dtype, shape and two data_offsets")
    }
    let (start, overflowed) = dataStart.addingReportingOverflow(range[0])
    guard !overflowed, let tensor = StoredTensor(dtype: dtype, shape: shape, offset: start) else {
      throw scanner.error(
        found: "tensor \"\(name)\" of shape \(shape)", expected: "a size that memory can hold")
    }
    guard range[1] >= range[0], range[1] - range[0] == tensor.byteCount else {
      throw scanner.error(
        found: "tensor \"\(name)\" at bytes \(range[0])..<\(range[1])",
        expected: "\(tensor.byteCount) bytes for \(dtype) of shape \(shape)")
    }
    return tensor
  }

  private mutating func checkCoverage(from start: Int, to end: Int, file: String) throws {
    tensors.sort {
      ($0.tensor.offset, $0.tensor.byteCount, $0.name)
        < ($1.tensor.offset, $1.tensor.byteCount, $1.name)
    }
    var covered = start
    for (name, tensor) in tensors {
      guard tensor.offset == covered else {
        throw StorageError(
          file: file,
          found:
            "tensor \"\(name)\" at byte \(tensor.offset) \(tensor.offset < covered ? "overlaps another" : "after a hole")",
          expected: "byte \(covered)", remedy: "the file is damaged: fetch or write it again")
      }
      // No overflow: StoredTensor has checked the sum.
      covered += tensor.byteCount
    }
    guard covered == end else {
      throw StorageError(
        file: file, found: "\(end - start) bytes of data", expected: "\(covered - start)",
        remedy: "the file is cut short or damaged: fetch or write it again")
    }
  }

  /// The header for `tensors` laid out one after the other from byte 0 of the data section,
  /// padded so that the data starts at a multiple of 64 bytes.
  static func encode(
    _ tensors: [(name: String, dtype: String, shape: [Int], byteCount: Int)],
    metadata: [String: String]
  ) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONScanner.quote($0.key)):\(JSONScanner.quote($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var start = 0
    for (name, dtype, shape, byteCount) in tensors {
      let sizes = shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(JSONScanner.quote(name)):{\"dtype\":\"\(dtype)\",\"shape\":[\(sizes)],"
          + "\"data_offsets\":[\(start),\(start + byteCount)]}")
      start += byteCount
    }
    var json = Array("{\(fields.joined(separator: ","))}".utf8)
    while (json.count + 8) % 64 != 0 { json.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
  }
}
