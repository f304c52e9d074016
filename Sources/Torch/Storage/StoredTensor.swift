/// Where a tensor lies in a file and how its elements are to be read; no tensor is made yet.
public struct StoredTensor: Sendable, Equatable {
  public let dtype: DType
  public let shape: [Int]
  /// Distance of neighbors along each axis, in elements.
  public let strides: [Int]
  /// The first element's position in the file, in bytes.
  public let offset: Int
  /// The bytes from the first element to the end of the last one.
  public let byteCount: Int

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
  public var count: Int { shape.reduce(1, *) }

  /// Whether the elements follow each other with the last axis fastest.
  public var isDense: Bool {
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
