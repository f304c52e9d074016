import Torch

extension Image {
  /// The pixels as `[1, height, width, channels]` in the image's own sample type, without a copy.
  ///
  /// Permuted to `[1, C, H, W]` it is in channels-last order. Nothing may be written to it.
  public func tensor() -> Tensor {
    Tensor(
      borrowing: storage.bytes, shape: [1, height, width, channels], dtype: depth.dtype,
      owner: storage)
  }

  /// Copies `[H, W, C]` or `[1, H, W, C]` of `uint8`, `uint16` or `float32` into an image; C is 1, 3 or 4.
  public init(_ tensor: Tensor) {
    let shape = tensor.shape.count == 4 ? Array(tensor.shape.dropFirst()) : tensor.shape
    precondition(
      shape.count == 3 && shape.reduce(1, *) == tensor.count, "\(tensor.shape) is not one image")
    guard let depth = Depth(tensor.dtype) else {
      preconditionFailure("an image of \(tensor.dtype) samples")
    }
    self.init(width: shape[1], height: shape[0], channels: shape[2], depth: depth) { target in
      tensor.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }
}

extension Image.Depth {
  /// The element type of a tensor with such samples.
  public var dtype: DType {
    switch self {
    case .uint8: .uint8
    case .uint16: .uint16
    case .float32: .float32
    }
  }

  init?(_ dtype: DType) {
    switch dtype {
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    case .float32: self = .float32
    default: return nil
    }
  }
}
