import CTorch
import Foundation

extension Tensor {
  /// A tensor with a copy of `values` in row-major order; they are exactly as many as `shape` needs.
  public convenience init<Element: TensorElement>(_ values: [Element], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values cannot fill the shape \(shape)")
    let handle = values.withUnsafeBytes { Self.copy($0, shape: shape, dtype: Element.dtype) }
    self.init(owning: handle)
  }

  /// A vector with a copy of `values`.
  public convenience init<Element: TensorElement>(_ values: [Element]) {
    self.init(values, shape: [values.count])
  }

  /// A tensor with a copy of `bytes`, which are in row-major order and exactly as many as `shape` needs.
  public convenience init(copying bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) {
    precondition(
      bytes.count == shape.reduce(dtype.byteCount, *),
      "\(bytes.count) bytes cannot fill \(dtype)\(shape)")
    self.init(owning: Self.copy(bytes, shape: shape, dtype: dtype))
  }

  /// A tensor over memory that `owner` keeps alive; nothing is copied, and nothing may be written to it.
  ///
  /// - Parameter strides: in elements; row-major where nil.
  public convenience init(
    borrowing bytes: UnsafeRawBufferPointer, shape: [Int], strides: [Int]? = nil, dtype: DType,
    owner: AnyObject
  ) {
    let steps = strides ?? Self.rowMajorStrides(shape)
    // The furthest element must lie inside the memory that is lent.
    let last = shape.contains(0) ? -1 : zip(shape, steps).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
    precondition(
      (last + 1) * dtype.byteCount <= bytes.count,
      "\(bytes.count) bytes cannot hold \(dtype)\(shape) with strides \(steps)")
    let retained = Unmanaged.passRetained(owner)
    let created = shape.map(Int64.init).withUnsafeBufferPointer { sizes in
      steps.map(Int64.init).withUnsafeBufferPointer { steps in
        ct_tensor_borrow(
          bytes.baseAddress, sizes.baseAddress, steps.baseAddress, sizes.count, dtype.rawValue,
          retained.toOpaque(), { Unmanaged<AnyObject>.fromOpaque($0!).release() })
      }
    }
    if created == nil {
      MemoryScope.absorb(.last(in: "Tensor(borrowing:)", arguments: ["\(dtype)\(shape)"]))
    }
    self.init(owning: created ?? Self.withoutData(shape, dtype))
  }

  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * Swift.max(shape[axis + 1], 1)
    }
    return strides
  }

  private static func copy(_ bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) -> CTTensor
  {
    let created = shape.map(Int64.init).withUnsafeBufferPointer {
      ct_tensor_copy(bytes.baseAddress, $0.baseAddress, $0.count, dtype.rawValue)
    }
    if let created { return created }
    MemoryScope.absorb(.last(in: "Tensor(copying:)", arguments: ["\(dtype)\(shape)"]))
    return withoutData(shape, dtype)
  }

  /// Zeros that take no memory.
  static func withoutData(_ shape: [Int], _ dtype: DType) -> CTTensor {
    let created = shape.map(Int64.init).withUnsafeBufferPointer {
      ct_tensor_without_data($0.baseAddress, $0.count, dtype.rawValue)
    }
    guard let created else { TorchError.last(in: "Tensor", arguments: ["\(dtype)\(shape)"]).trap() }
    return created
  }

  /// The elements in row-major order. `Element` must be the tensor's type.
  public func array<Element: TensorElement>(of: Element.Type = Element.self) -> [Element] {
    precondition(Element.dtype == dtype, "\(self) cannot be read as \(Element.self)")
    let count = self.count
    Self.checkRoom(for: count * dtype.byteCount, "array(of:)", self)
    return withUnsafeBytes { bytes in
      [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        if let source = bytes.baseAddress {
          UnsafeMutableRawBufferPointer(buffer).baseAddress!.copyMemory(
            from: source, byteCount: bytes.count)
        }
        initialized = count
      }
    }
  }

  /// The bytes of the elements in row-major order, for as long as `body` runs. Copies only where the tensor is
  /// elsewhere or laid out otherwise.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    let plain = noGrad { detached().moved(to: .cpu).contiguous() }
    defer { withExtendedLifetime(plain) {} }
    let byteCount = plain.count * dtype.byteCount
    // Where memory has run out there is one zero in place of all elements.
    guard plain.isContiguous() else {
      guard let zeros = calloc(byteCount, 1) else { Self.noRoom(for: byteCount, "read", plain) }
      defer { free(zeros) }
      return try body(UnsafeRawBufferPointer(start: zeros, count: byteCount))
    }
    return try body(UnsafeRawBufferPointer(start: ct_tensor_data(plain.handle), count: byteCount))
  }

  /// Swift's arrays end the program without a word where there is no room for them: asked before, it is said what for.
  private static func checkRoom(for byteCount: Int, _ operation: String, _ tensor: Tensor) {
    guard let probe = malloc(byteCount) else { noRoom(for: byteCount, operation, tensor) }
    free(probe)
  }

  private static func noRoom(for byteCount: Int, _ operation: String, _ tensor: Tensor) -> Never {
    TorchError(
      kind: .outOfMemory, operation: operation, message: "tried to allocate \(byteCount) bytes",
      arguments: [tensor.description]
    ).trap()
  }

  /// The elements as `Float` in row-major order, for as long as `body` runs.
  package func withUnsafeFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result)
    rethrows -> Result
  {
    try to(.float32).withUnsafeBytes { try body($0.bindMemory(to: Float.self)) }
  }

  /// The only element of a tensor of one element, as a number.
  public func item() -> Double {
    let count = Operator.item.results(self)
    precondition(count == 1)
    defer { ct_results_clear() }
    return ct_result_double(0)
  }
}
