import CTorch

/// An n-dimensional array of libtorch, shared by reference and released with its last owner.
///
/// ```swift
/// let x = Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
/// let y = (x * 2 + 1).relu()
/// print(y.shape, y.array(of: Float.self))
/// ```
public final class Tensor: @unchecked Sendable {
  // Reference counts in libtorch are atomic; a tensor that is written to must not be shared between threads.
  let handle: CTTensor

  /// Takes over an owned handle.
  init(owning handle: CTTensor) { self.handle = handle }

  deinit { ct_tensor_release(handle) }

  /// Tensors alive in this process, over all threads.
  package static var liveCount: Int { Int(ct_live_tensor_count()) }

  /// Number of axes; 0 for a single number.
  public var rank: Int { Int(ct_tensor_dim(handle)) }
  /// Number of elements.
  public var count: Int { Int(ct_tensor_count(handle)) }
  /// Type of the elements.
  public var dtype: DType {
    let code = ct_tensor_dtype(handle)
    guard let dtype = DType(rawValue: code) else {
      fatalError("a tensor of libtorch's type \(code), which this package does not use")
    }
    return dtype
  }
  /// Where the elements are.
  public var device: Device {
    var type: Int8 = 0
    var index: Int8 = 0
    ct_tensor_device(handle, &type, &index)
    return Device(code: type, index: index)
  }
  /// Size of each axis, such as `[N, C, H, W]`.
  public var shape: [Int] { dimensions(ct_tensor_sizes) }
  /// Distance between neighbors along each axis, in elements.
  public var strides: [Int] { dimensions(ct_tensor_strides) }

  private func dimensions(_ read: (CTTensor, UnsafeMutablePointer<Int64>) -> Bool) -> [Int] {
    let rank = self.rank
    return withUnsafeTemporaryAllocation(of: Int64.self, capacity: Swift.max(rank, 1)) { buffer in
      guard read(handle, buffer.baseAddress!) else { TorchError.last(in: "shape").trap() }
      return (0..<rank).map { Int(buffer[$0]) }
    }
  }

  /// Whether the elements lie one after the other in this order.
  public func isContiguous(_ format: MemoryFormat = .contiguous) -> Bool {
    ct_tensor_is_contiguous(handle, format == .channelsLast)
  }

  /// Bytes of the memory behind the tensor, which views share.
  package var storageBytes: Int { Int(ct_tensor_storage_bytes(handle)) }
}

extension Tensor: CustomStringConvertible {
  /// Type and shape, such as `float32[2, 3]`.
  public var description: String { "\(dtype)\(shape)" }
}
