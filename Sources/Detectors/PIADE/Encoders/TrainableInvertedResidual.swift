import Torch

/// The block of EfficientNet-Lite as it is trained: expand, filter each channel, project; the input is added where the shape
/// stays. Published keys.
struct TrainableInvertedResidual: Sendable {
  /// TensorFlow's.
  static let epsilon = 1e-3

  private let layers: [NormalizedConvolution]
  private let isResidual: Bool

  init(
    _ path: ParameterPath, _ inputs: Int, _ outputs: Int, expansion: Int, kernel: Int,
    stride: Int, isFrozen: Bool = false
  ) {
    let hidden = inputs * expansion
    func layer(
      _ name: String, _ number: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 1,
      stride: Int = 1, groups: Int = 1, _ activation: NormalizedConvolution.Activation = .relu6
    ) -> NormalizedConvolution {
      NormalizedConvolution(
        path / name, path / "_bn\(number)", inputs, outputs, kernel: kernel, stride: stride,
        groups: groups, isSame: true, epsilon: Self.epsilon, activation: activation,
        isFrozen: isFrozen)
    }
    layers =
      (expansion == 1 ? [] : [layer("_expand_conv", 0, inputs, hidden)]) + [
        layer(
          "_depthwise_conv", 1, hidden, hidden, kernel: kernel, stride: stride, groups: hidden),
        layer("_project_conv", 2, hidden, outputs, .identity),
      ]
    isResidual = stride == 1 && inputs == outputs
  }

  func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    let y = layers.reduce(x) { $1($0, training: training) }
    return isResidual ? x + y : y
  }
}
