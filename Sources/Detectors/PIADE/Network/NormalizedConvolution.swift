import Torch

/// A convolution without bias, standardization, and an activation: what trainable encoders are made of.
struct NormalizedConvolution: Sendable {
  enum Activation { case identity, relu, relu6 }

  private let convolution: Convolution2D
  private let normalization: BatchNormalization2D
  /// The standardization folded into weights and bias, where nothing is trained.
  private let frozen: (weight: Tensor, bias: Tensor)?
  private let groups: Int
  private let activation: Activation
  private let kernel: Int
  private let stride: Int
  /// Whether zeros are put around the input as TensorFlow does, the odd one last.
  private let isSame: Bool

  init(
    _ convolution: ParameterPath, _ normalization: ParameterPath, _ inputs: Int, _ outputs: Int,
    kernel: Int, stride: Int = 1, groups: Int = 1, isSame: Bool = false, epsilon: Double = 1e-5,
    momentum: Double = 0.1, activation: Activation = .relu, isFrozen: Bool = false
  ) {
    self.convolution = Convolution2D(
      convolution, inputs, outputs, kernel: kernel, stride: stride,
      padding: isSame ? 0 : kernel / 2, groups: groups, bias: false)
    self.normalization = BatchNormalization2D(
      normalization, outputs, epsilon: epsilon, momentum: momentum)
    frozen = isFrozen ? Self.folded(self.convolution, self.normalization) : nil
    self.groups = groups
    self.activation = activation
    self.kernel = kernel
    self.stride = stride
    self.isSame = isSame
  }

  func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    let y =
      frozen.map { frozen in
        padded(x).convolved2d(
          frozen.weight, bias: frozen.bias, stride: stride, padding: isSame ? 0 : kernel / 2,
          groups: groups)
      } ?? normalization(convolution(padded(x)), training: training)
    return switch activation {
    case .identity: y
    case .relu: y.relu()
    case .relu6: y.relu6()
    }
  }

  private static func folded(_ convolution: Convolution2D, _ norm: BatchNormalization2D) -> (
    weight: Tensor, bias: Tensor
  ) {
    noGrad {
      let scale =
        norm.weight.to(.float64)
        * (norm.runningVariance.to(.float64) + norm.epsilon).reciprocalSqrt()
      let weight = convolution.weight.to(.float64) * scale.reshaped(-1, 1, 1, 1)
      let bias = norm.bias.to(.float64) - norm.runningMean.to(.float64) * scale
      let dtype = convolution.weight.dtype
      return (weight.to(dtype).contiguous(.channelsLast), bias.to(dtype))
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
