import Torch

/// The block of ResNets: convolutions, whose result is added to the input or to its projection.
struct ResidualBlock: BackboneStage {
  static let epsilon = 1e-5

  enum Shape: Sendable {
    /// Two 3x3 convolutions.
    case basic(width: Int)
    /// 1x1, 3x3 and 1x1 convolutions.
    case bottleneck(width: Int, outputs: Int)

    var outputs: Int {
      switch self {
      case .basic(let width): width
      case .bottleneck(_, let outputs): outputs
      }
    }
  }

  private let convolutions: [FoldedConvolution]
  /// Its activation comes after the addition.
  private let last: FoldedConvolution
  private let projection: FoldedConvolution?

  init(_ path: ParameterPath, _ inputs: Int, _ shape: Shape, stride: Int) {
    func convolution(
      _ index: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1
    ) -> FoldedConvolution {
      FoldedConvolution(
        path / "conv\(index)", path / "bn\(index)", inputs, outputs, kernel: kernel, stride: stride,
        padding: .symmetric, epsilon: Self.epsilon, activation: .relu)
    }
    switch shape {
    case .basic(let width):
      convolutions = [convolution(1, inputs, width, kernel: 3, stride: stride)]
      last = convolution(2, width, width, kernel: 3)
    case .bottleneck(let width, let outputs):
      convolutions = [
        convolution(1, inputs, width, kernel: 1),
        // torchvision strides here, not in the 1x1 before it as the paper does.
        convolution(2, width, width, kernel: 3, stride: stride),
      ]
      last = convolution(3, width, outputs, kernel: 1)
    }
    let changesShape = stride > 1 || inputs != shape.outputs
    projection =
      changesShape
      ? FoldedConvolution(
        path / "downsample" / 0, path / "downsample" / 1, inputs, shape.outputs, kernel: 1,
        stride: stride, padding: .symmetric, epsilon: Self.epsilon, activation: .identity) : nil
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    last(convolutions.reduce(x) { $1($0) }, adding: projection?(x) ?? x)
  }
}
