/// Where a tensor lies in a file and how its elements are to be read; no tensor is made yet.
package struct StoredTensor: Sendable, Equatable {
  /// Type of the elements.
  let dtype: DType
  /// Size of each axis.
  let shape: [Int]
  /// Distance of neighbors along each axis, in elements.
  let strides: [Int]
  /// The first element's position in the file, in bytes.
  let offset: Int
  /// The bytes from the first element to the end of the last one.
  let byteCount: Int

  /// Describes a dense tensor, last axis fastest; nil if its size overflows.
  init?(dtype: DType, shape: [Int], offset: Int) {
    guard let strides = Self.denseStrides(shape) else { return nil }
    self.init(dtype: dtype, shape: shape, strides: strides, offset: offset)
  }

  /// Describes a strided tensor; nil if a number is negative or the size overflows.
  init?(dtype: DType, shape: [Int], strides: [Int], offset: Int) {
    guard shape.count == strides.count, offset >= 0, let count = Self.product(shape),
      !count.multipliedReportingOverflow(by: dtype.byteCount).overflow
    else { return nil }
    var last = 0
    for (size, stride) in zip(shape, strides) where size > 0 {
      let (step, overflowed) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowedSum) = last.addingReportingOverflow(step)
      guard stride >= 0, !overflowed, !overflowedSum else { return nil }
      last = sum
    }
    let (elements, overflowed) = last.addingReportingOverflow(1)
    let (span, overflowedSpan) = elements.multipliedReportingOverflow(by: dtype.byteCount)
    guard !overflowed, !overflowedSpan, !offset.addingReportingOverflow(span).overflow
    else { return nil }
    self.dtype = dtype
    self.shape = shape
    self.strides = strides
    self.offset = offset
    byteCount = count == 0 ? 0 : span
  }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// Whether the elements follow each other with the last axis fastest.
  var isDense: Bool {
    if count == 0 { return true }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size
    }
    return true
  }

  /// Strides of a dense tensor, last axis fastest; nil if a size is negative or the product overflows.
  static func denseStrides(_ shape: [Int]) -> [Int]? {
    guard product(shape) != nil else { return nil }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
    }
    return strides
  }

  /// The number of elements of a tensor of this shape; nil if a size is negative or the number
  /// overflows, be it only until a zero is multiplied in.
  private static func product(_ shape: [Int]) -> Int? {
    var product = 1
    for size in shape {
      let (next, overflowed) = product.multipliedReportingOverflow(by: max(size, 1))
      guard size >= 0, !overflowed else { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }
}

extension Tensor {
  /// The tensor that `stored` describes in `file`. Its span must lie within the file.
  ///
  /// The tensor borrows the mapping where the data is aligned for its type, else it holds a copy.
  convenience init(_ stored: StoredTensor, in file: MappedFile) {
    let bytes = UnsafeRawBufferPointer(
      rebasing: file.bytes[stored.offset..<stored.offset + stored.byteCount])
    if stored.offset % stored.dtype.byteCount == 0 {
      self.init(
        borrowing: bytes, shape: stored.shape, strides: stored.strides, dtype: stored.dtype,
        owner: file)
    } else if stored.isDense {
      self.init(copying: bytes, shape: stored.shape, dtype: stored.dtype)
    } else {
      // What lies between the elements is copied too: strides of 0 repeat elements, so the elements
      // one by one could take far more memory than the file has.
      let span = AlignedCopy(bytes)
      self.init(
        borrowing: span.bytes, shape: stored.shape, strides: stored.strides, dtype: stored.dtype,
        owner: span)
    }
  }
}

/// Bytes that were misaligned in their file.
private final class AlignedCopy {
  let bytes: UnsafeRawBufferPointer

  init(_ source: UnsafeRawBufferPointer) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
    copy.copyMemory(from: source)
    bytes = UnsafeRawBufferPointer(copy)
  }

  deinit { bytes.deallocate() }
}

/// The names under which file formats know the element types.
extension DType {
  /// The type as safetensors writes it, such as `F32`; nil if the format has no name for it.
  var safeTensorsCode: String? { names.safeTensors }

  /// The type as numpy writes it, such as `<f4`; nil if numpy has no such type.
  var numpyDescription: String? { names.numpy }

  init?(safeTensorsCode: String) {
    self.init { $0.safeTensors == safeTensorsCode }
  }

  init?(numpyDescription: String) {
    // Byte order says nothing about one byte, and `=` is the machine's own.
    let kind = numpyDescription.dropFirst()
    switch numpyDescription.first {
    case "<", "=": self.init { $0.numpy.map { $0.dropFirst() == kind } ?? false }
    case "|": self.init { $0.numpy == numpyDescription }
    default: return nil
    }
  }

  /// The type of a `torch.FloatStorage` by that class's name, without the module.
  init?(torchStorage: String) {
    self.init { $0.torch.map { "\($0.storage)Storage" == torchStorage } ?? false }
  }

  /// The type of `torch.float32` by that name, without the module.
  init?(torchName: String) {
    self.init { $0.torch?.name == torchName }
  }

  private init?(_ matches: (Names) -> Bool) {
    guard let dtype = DType.allCases.first(where: { matches($0.names) }) else { return nil }
    self = dtype
  }

  private struct Names {
    let safeTensors: String?
    let numpy: String?
    let torch: (name: String, storage: String)?
  }

  private var names: Names {
    switch self {
    case .bool: Names(safeTensors: "BOOL", numpy: "|b1", torch: ("bool", "Bool"))
    case .uint8: Names(safeTensors: "U8", numpy: "|u1", torch: ("uint8", "Byte"))
    case .int8: Names(safeTensors: "I8", numpy: "|i1", torch: ("int8", "Char"))
    case .uint16: Names(safeTensors: "U16", numpy: "<u2", torch: ("uint16", "UInt16"))
    case .int16: Names(safeTensors: "I16", numpy: "<i2", torch: ("int16", "Short"))
    case .int32: Names(safeTensors: "I32", numpy: "<i4", torch: ("int32", "Int"))
    case .uint32: Names(safeTensors: "U32", numpy: "<u4", torch: ("uint32", "UInt32"))
    case .uint64: Names(safeTensors: "U64", numpy: "<u8", torch: ("uint64", "UInt64"))
    case .int64: Names(safeTensors: "I64", numpy: "<i8", torch: ("int64", "Long"))
    case .float16: Names(safeTensors: "F16", numpy: "<f2", torch: ("float16", "Half"))
    case .bfloat16: Names(safeTensors: "BF16", numpy: nil, torch: ("bfloat16", "BFloat16"))
    case .float32: Names(safeTensors: "F32", numpy: "<f4", torch: ("float32", "Float"))
    case .float64: Names(safeTensors: "F64", numpy: "<f8", torch: ("float64", "Double"))
    }
  }
}
