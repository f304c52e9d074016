import Torch

/// The block of ResNets as it is trained: convolutions, whose result is added to the input or to its projection; torchvision's
/// keys.
struct TrainableResidualBlock: Sendable {
  private let convolutions: [NormalizedConvolution]
  private let projection: NormalizedConvolution?

  /// - Parameter isDeep: 1x1, 3x3 and 1x1 convolutions instead of two 3x3.
  init(
    _ path: ParameterPath, _ inputs: Int, width: Int, _ outputs: Int, stride: Int,
    isDeep: Bool = false
  ) {
    func convolution(
      _ index: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, isLast: Bool
    ) -> NormalizedConvolution {
      NormalizedConvolution(
        path / "conv\(index)", path / "bn\(index)", inputs, outputs, kernel: kernel,
        stride: stride, activation: isLast ? .identity : .relu)
    }
    convolutions =
      isDeep
      ? [
        convolution(1, inputs, width, kernel: 1, isLast: false),
        convolution(2, width, width, kernel: 3, stride: stride, isLast: false),
        convolution(3, width, outputs, kernel: 1, isLast: true),
      ]
      : [
        convolution(1, inputs, width, kernel: 3, stride: stride, isLast: false),
        convolution(2, width, outputs, kernel: 3, isLast: true),
      ]
    projection =
      stride > 1 || inputs != outputs
      ? NormalizedConvolution(
        path / "downsample" / 0, path / "downsample" / 1, inputs, outputs, kernel: 1,
        stride: stride, activation: .identity) : nil
  }

  func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    let y = convolutions.reduce(x) { $1($0, training: training) }
    return (y + (projection?(x, training: training) ?? x)).relu()
  }
}
