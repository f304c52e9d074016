import Torch

/// What a network is made for. Each architecture has one definition, and its convolutions take one of these forms.
package enum NetworkForm: Sendable {
  /// Inference alone: batch norms are folded into weights, which are prepared for the device. Nothing can be differentiated.
  case frozen
  /// Batch norms are folded, and results can be differentiated with respect to the input.
  case differentiable
  /// Weights and batch norms can be trained.
  case trainable
}

/// Zeros around the input of a convolution with an odd kernel.
package enum Padding: Sendable {
  /// `kernel / 2` on every side, as torchvision's networks have.
  case symmetric
  /// TensorFlow's `SAME`: as many as let the output have `size / stride` elements, rounded up, the odd one after the
  /// input.
  case same
}

/// A convolution over `[N, C, H, W]` without bias, the batch norm that follows it, and an activation: what ResNets and
/// EfficientNets are made of.
package struct NormalizedConvolution: Sendable {
  private enum Layers: Sendable {
    case frozen(FrozenConvolution2D)
    case differentiable(weight: Tensor, bias: Tensor)
    case trainable(Convolution2D, BatchNormalization2D)
  }

  private let layers: Layers
  private let activation: FrozenConvolution2D.Activation
  private let kernel: Int
  private let stride: Int
  private let groups: Int
  private let padding: Padding
  /// Rows and columns of zeros that a frozen kernel starts with.
  private let lead: Int

  /// Takes `weight` from the path `convolution`; weight, bias and statistics from `normalization`.
  package init(
    _ convolution: ParameterPath, _ normalization: ParameterPath, _ inputs: Int, _ outputs: Int,
    kernel: Int, stride: Int = 1, padding: Padding = .symmetric, groups: Int = 1,
    epsilon: Double = 1e-5, momentum: Double = 0.1,
    activation: FrozenConvolution2D.Activation = .relu, form: NetworkForm
  ) {
    self.activation = activation
    self.kernel = kernel
    self.stride = stride
    self.groups = groups
    self.padding = padding
    // On sides of even length `SAME` puts one zero more after the input than before it, which no convolution of
    // libtorch can do by itself. A zero at the kernel's start evens it out and costs less than a copy of the input.
    let lead = form == .frozen && padding == .same && stride == 2 ? 1 : 0
    self.lead = lead

    let plain = Convolution2D(
      convolution, inputs, outputs, kernel: kernel, stride: stride,
      padding: padding == .same ? 0 : kernel / 2, groups: groups, bias: false)
    let norm = BatchNormalization2D(
      normalization, outputs, epsilon: epsilon, momentum: momentum)
    switch form {
    case .trainable: layers = .trainable(plain, norm)
    case .differentiable:
      let (weight, bias) = Self.folded(plain, norm)
      let dtype = plain.weight.dtype
      layers = .differentiable(
        weight: weight.to(dtype).contiguous(.channelsLast), bias: bias.to(dtype))
    case .frozen:
      let (weight, bias) = Self.folded(plain, norm)
      layers = .frozen(
        noGrad {
          FrozenConvolution2D(
            weight: weight.to(.float32).padded([lead, 0, lead, 0]), bias: bias.to(.float32),
            stride: stride, padding: (kernel - 1) / 2, groups: groups, activation: activation)
        })
    }
  }

  /// - Parameters:
  ///   - residual: of the result's shape, added before the activation.
  ///   - training: whether batch norms take the statistics of the batch; for trainable forms alone.
  package func callAsFunction(_ x: Tensor, adding residual: Tensor? = nil, training: Bool = false)
    -> Tensor
  {
    let y: Tensor
    switch layers {
    case .frozen(let convolution): return convolution(padded(x), adding: residual)
    case .differentiable(let weight, let bias):
      y = padded(x).convolved2d(
        weight, bias: bias, stride: stride, padding: padding == .same ? 0 : kernel / 2,
        groups: groups)
    case .trainable(let convolution, let norm):
      y = norm(convolution(padded(x)), training: training)
    }
    return activation(residual.map { y + $0 } ?? y)
  }

  /// Weight and bias with the batch norm in them, in double precision: the folded network differs from the plain one by
  /// roundings of the sums alone.
  private static func folded(_ convolution: Convolution2D, _ norm: BatchNormalization2D) -> (
    weight: Tensor, bias: Tensor
  ) {
    noGrad {
      let scale =
        norm.weight.to(.float64)
        * (norm.runningVariance.to(.float64) + norm.epsilon).reciprocalSqrt()
      return (
        convolution.weight.to(.float64) * scale.reshaped(-1, 1, 1, 1),
        norm.bias.to(.float64) - norm.runningMean.to(.float64) * scale
      )
    }
  }

  /// The input with the zeros that the convolution itself does not put around it.
  private func padded(_ x: Tensor) -> Tensor {
    guard padding == .same else { return x }
    var own = 0
    if case .frozen = layers {
      guard lead > 0 else { return x }
      own = (kernel - 1) / 2
    }
    let shape = x.shape
    let missing = [shape[3], shape[2]].flatMap { size in
      let outputs = (size + stride - 1) / stride
      let total = max((outputs - 1) * stride + kernel - size, 0)
      return [total / 2 + lead - own, total - total / 2 - own]
    }
    return missing.allSatisfy { $0 == 0 } ? x : x.padded(missing)
  }
}
