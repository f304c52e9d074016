import Torch

/// A convolution with the batch norm that follows it folded into its weights, and an activation.
struct FoldedConvolution: Sendable {
  private let convolution: FrozenConvolution2D
  private let kernel: Int
  private let stride: Int
  /// Rows and columns of zeros that the kernel starts with.
  private let lead: Int

  /// Takes `weight` from the path `convolution` and the statistics from `normalization`.
  init(
    _ convolution: ParameterPath, _ normalization: ParameterPath, _ inputs: Int, _ outputs: Int,
    kernel: Int, stride: Int = 1, padding: Padding, groups: Int = 1, epsilon: Double,
    activation: FrozenConvolution2D.Activation
  ) {
    self.kernel = kernel
    self.stride = stride
    // On sides of even length `SAME` puts one zero more after the input than before it, which no convolution of
    // libtorch can do by itself. A zero at the kernel's start evens it out and costs less than a copy of the input.
    let lead = padding == .same && stride == 2 ? 1 : 0
    self.lead = lead

    let plain = Convolution2D(
      convolution, inputs, outputs, kernel: kernel, groups: groups, bias: false)
    let norm = BatchNormalization2D(normalization, outputs)
    self.convolution = noGrad {
      // In double precision: the folded network differs from the plain one by roundings of the sums alone.
      let scale =
        norm.weight.to(.float64) * (norm.runningVariance.to(.float64) + epsilon).reciprocalSqrt()
      let weight = plain.weight.to(.float64) * scale.reshaped(-1, 1, 1, 1)
      let bias = norm.bias.to(.float64) - norm.runningMean.to(.float64) * scale
      return FrozenConvolution2D(
        weight: weight.to(.float32).padded([lead, 0, lead, 0]), bias: bias.to(.float32),
        stride: stride, padding: (kernel - 1) / 2, groups: groups, activation: activation)
    }
  }

  /// - Parameter residual: added before the activation.
  func callAsFunction(_ x: Tensor, adding residual: Tensor? = nil) -> Tensor {
    convolution(padded(x), adding: residual)
  }

  /// The input with the zeros that the convolution itself does not put around it.
  private func padded(_ x: Tensor) -> Tensor {
    guard lead > 0 else { return x }
    let shape = x.shape
    let own = (kernel - 1) / 2
    let missing = [shape[3], shape[2]].flatMap { size in
      let outputs = (size + stride - 1) / stride
      let total = max((outputs - 1) * stride + kernel - size, 0)
      return [total / 2 + lead - own, total - total / 2 - own]
    }
    return missing.allSatisfy { $0 == 0 } ? x : x.padded(missing)
  }
}
