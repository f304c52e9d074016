/// Zeros around the input of a convolution.
enum Padding: Sendable {
  /// `kernel / 2` on every side, as torchvision's networks have.
  case symmetric
  /// TensorFlow's `SAME`: as many as let the output have `size / stride` elements, rounded up, the odd one after the
  /// input.
  case same

  /// The zeros before and after an axis of `size`.
  func amounts(size: Int, kernel: Int, stride: Int) -> (before: Int, after: Int) {
    switch self {
    case .symmetric: return (kernel / 2, kernel / 2)
    case .same:
      let outputs = (size + stride - 1) / stride
      let total = max((outputs - 1) * stride + kernel - size, 0)
      return (total / 2, total - total / 2)
    }
  }
}
