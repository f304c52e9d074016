/// One array in numpy's `.npy` format, little-endian.
public enum NPY {
  /// Maps the array at `path`; one in Fortran order keeps its strides.
  ///
  /// Throws ``StorageError`` if the file is damaged or its element type is none of ``DType``.
  public static func read(_ path: String) throws -> Tensor {
    try tensor(in: MappedFile(path))
  }

  /// Reads a copy of `bytes`; errors call it `name`. Throws ``StorageError``.
  package static func read(bytes: UnsafeRawBufferPointer, name: String = "npy bytes") throws
    -> Tensor
  {
    try tensor(in: MappedFile(copying: bytes, name: name))
  }

  private static func tensor(in file: MappedFile) throws -> Tensor {
    Tensor(try NPYHeader(file.bytes, file: file.path).tensor, in: file)
  }

  /// Writes `tensor` in row-major order to `path`. Throws ``StorageError``; an older file is replaced
  /// only by a whole one.
  public static func write(_ tensor: Tensor, to path: String) throws {
    guard let type = tensor.dtype.numpyDescription else {
      throw StorageError(
        file: path, found: "a tensor of type \(tensor.dtype)", expected: "a type that numpy has",
        remedy: "convert it to float32 before writing")
    }
    try AtomicFile.write(to: path) { file in
      try file.append(NPYHeader.encode(type: type, shape: tensor.shape))
      try tensor.withUnsafeBytes { try file.append($0) }
    }
  }
}

/// The header of a `.npy` file: type, shape and order of one array.
///
/// Source: numpy's `numpy/lib/format.py`, versions 1.0, 2.0 and 3.0.
struct NPYHeader {
  /// The array as it lies in the file.
  let tensor: StoredTensor

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads the header of the file whose contents are `bytes`. Throws ``StorageError``.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    var reader = ByteReader(bytes, file: file, content: "npy file")
    guard bytes.starts(with: Self.magic) else {
      throw StorageError(
        file: file, found: bytes.isEmpty ? "an empty file" : "a file of another format",
        expected: "an npy file", remedy: "write the array with numpy.save")
    }
    _ = try reader.take(Self.magic.count)
    let version = try reader.integer(UInt8.self)
    _ = try reader.integer(UInt8.self)
    guard 1...3 ~= version else {
      throw StorageError(
        file: file, found: "npy version \(version)", expected: "1, 2 or 3",
        remedy: "write the array with numpy.save")
    }
    let length =
      version == 1 ? Int(try reader.integer(UInt16.self)) : Int(try reader.integer(UInt32.self))
    var scanner = PythonLiteralScanner(try reader.take(length), file: file)
    let header = try scanner.arrayDescription()
    guard let dtype = DType(numpyDescription: header.type) else {
      throw StorageError(
        file: file, found: "elements of type \(header.type)",
        expected: DType.allCases.compactMap(\.numpyDescription).joined(separator: ", "),
        remedy: "convert the array with astype before numpy.save")
    }
    // In Fortran order the first axis is the fastest: the strides of the reversed shape, reversed.
    let shape = header.shape
    guard
      let strides = header.isFortran
        ? StoredTensor.denseStrides(shape.reversed())?.reversed()
        : StoredTensor.denseStrides(shape),
      let tensor = StoredTensor(
        dtype: dtype, shape: shape, strides: strides, offset: reader.offset)
    else {
      throw StorageError(
        file: file, found: "an array of shape \(shape)", expected: "a size that memory can hold",
        remedy: "the file is damaged: fetch or write it again")
    }
    guard tensor.byteCount == reader.remaining else {
      throw StorageError(
        file: file, found: "\(reader.remaining) bytes of data",
        expected: "\(tensor.byteCount) for \(dtype) of shape \(shape)",
        remedy: "the file is cut short or damaged: fetch or write it again")
    }
    self.tensor = tensor
  }

  /// The header of version 1.0 for a dense array, padded to a multiple of 64 bytes.
  static func encode(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    var text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
    while (text.count + 11) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    text.append(UInt8(ascii: "\n"))
    return magic + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
  }
}

/// Reads the Python dictionary in the header of an npy file:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct PythonLiteralScanner: HeaderScanner {
  let bytes: UnsafeRawBufferPointer
  private let file: String
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// Reads the dictionary, each of its keys once. Throws ``StorageError``.
  mutating func arrayDescription() throws -> (type: String, isFortran: Bool, shape: [Int]) {
    var type: String?
    var isFortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try string()
      case "fortran_order" where isFortran == nil: isFortran = try bool()
      case "shape" where shape == nil: shape = try tuple()
      default: throw unexpected("descr, fortran_order and shape, each once")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.count, let type, let isFortran, let shape else {
      throw unexpected("descr, fortran_order and shape, then the end")
    }
    return (type, isFortran, shape)
  }

  private mutating func string() throws -> String {
    skipSpace()
    guard position < bytes.count, case let quote = bytes[position],
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = bytes[(position + 1)...].firstIndex(of: quote)
    else { throw unexpected("a quoted text (structured types are not supported)") }
    defer { position = end + 1 }
    return String(decoding: bytes[position + 1..<end], as: UTF8.self)
  }

  private mutating func bool() throws -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var values: [Int] = []
    while !skip(")") {
      values.append(try integer())
      if !skip(",") {
        try expect(")")
        break
      }
    }
    guard values.count <= 64 else { throw unexpected("at most 64 axes") }
    return values
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { 48...57 ~= $0 }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw unexpected("a size")
    }
    position += digits.count
    // Python 2 wrote sizes as long integers.
    _ = skip("L")
    return value
  }

  func unexpected(_ expected: String) -> StorageError {
    StorageError(
      file: file,
      found: position < bytes.count
        ? "byte \(bytes[position]) at \(position) of the npy header"
        : "the end of the npy header", expected: expected,
      remedy: "the file is damaged or of another kind: write the array with numpy.save")
  }
}
