/// Zeros around the input of a convolution with an odd kernel.
enum Padding: Sendable {
  /// `kernel / 2` on every side, as torchvision's networks have.
  case symmetric
  /// TensorFlow's `SAME`: as many as let the output have `size / stride` elements, rounded up, the odd one after the
  /// input.
  case same
}
