import Torch

/// A convolution without bias, standardization, and an activation: what trainable encoders are made of.
struct NormalizedConvolution {
  enum Activation { case identity, relu, relu6 }

  private let convolution: Convolution2D
  private let normalization: BatchNormalization2D
  private let activation: Activation
  private let kernel: Int
  private let stride: Int
  /// Whether zeros are put around the input as TensorFlow does, the odd one last.
  private let isSame: Bool

  init(
    _ convolution: ParameterPath, _ normalization: ParameterPath, _ inputs: Int, _ outputs: Int,
    kernel: Int, stride: Int = 1, groups: Int = 1, isSame: Bool = false, epsilon: Double = 1e-5,
    momentum: Double = 0.1, activation: Activation = .relu
  ) {
    self.convolution = Convolution2D(
      convolution, inputs, outputs, kernel: kernel, stride: stride,
      padding: isSame ? 0 : kernel / 2, groups: groups, bias: false)
    self.normalization = BatchNormalization2D(
      normalization, outputs, epsilon: epsilon, momentum: momentum)
    self.activation = activation
    self.kernel = kernel
    self.stride = stride
    self.isSame = isSame
  }

  func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    let y = normalization(convolution(padded(x)), training: training)
    return switch activation {
    case .identity: y
    case .relu: y.relu()
    case .relu6: y.relu6()
    }
  }

  private func padded(_ x: Tensor) -> Tensor {
    guard isSame else { return x }
    let amounts = x.shape.suffix(2).reversed().flatMap { size in
      let outputs = (size + stride - 1) / stride
      let total = max((outputs - 1) * stride + kernel - size, 0)
      return [total / 2, total - total / 2]
    }
    return amounts.allSatisfy { $0 == 0 } ? x : x.padded(amounts)
  }
}
