/// One array in numpy's `.npy` format, little-endian.
public enum NPY {
  /// Maps the array at `path`; one in Fortran order keeps its strides.
  ///
  /// Throws ``StorageError`` if the file is damaged or its element type is none of ``DType``.
  public static func read(_ path: String) throws -> Tensor {
    try tensor(in: MappedFile(path))
  }

  /// Reads a copy of `bytes`; errors call it `name`. Throws ``StorageError``.
  public static func read(bytes: UnsafeRawBufferPointer, name: String = "npy bytes") throws
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
