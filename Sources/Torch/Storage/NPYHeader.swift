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
