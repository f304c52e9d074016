import Torch

/// The block of MobileNet V2 and EfficientNet-Lite: expand, filter each channel, project; the input is added where the
/// shape stays.
struct InvertedResidual: BackboneStage {
  /// TensorFlow's batch norm epsilon.
  static let epsilon = 1e-3

  private let expand: FoldedConvolution?
  private let depthwise: FoldedConvolution
  private let project: FoldedConvolution
  private let isResidual: Bool

  init(
    _ path: ParameterPath, _ inputs: Int, _ outputs: Int, expansion: Int, kernel: Int, stride: Int
  ) {
    let hidden = inputs * expansion
    expand =
      expansion == 1
      ? nil
      : FoldedConvolution(
        path / "_expand_conv", path / "_bn0", inputs, hidden, kernel: 1, padding: .same,
        epsilon: Self.epsilon, activation: .relu6)
    depthwise = FoldedConvolution(
      path / "_depthwise_conv", path / "_bn1", hidden, hidden, kernel: kernel, stride: stride,
      padding: .same, groups: hidden, epsilon: Self.epsilon, activation: .relu6)
    project = FoldedConvolution(
      path / "_project_conv", path / "_bn2", hidden, outputs, kernel: 1, padding: .same,
      epsilon: Self.epsilon, activation: .identity)
    isResidual = stride == 1 && inputs == outputs
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    project(depthwise(expand?(x) ?? x), adding: isResidual ? x : nil)
  }
}
