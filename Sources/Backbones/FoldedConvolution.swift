import Torch

/// A convolution with the batch norm that follows it folded into its weights, and an activation.
struct FoldedConvolution: Sendable {
  private let weight: Tensor
  private let bias: Tensor
  private let kernel: Int
  private let stride: Int
  private let padding: Padding
  private let groups: Int
  private let activation: Activation

  /// Takes `weight` from `convolution` and the statistics from `normalization`.
  init(
    _ convolution: ParameterPath, _ normalization: ParameterPath, _ inputs: Int, _ outputs: Int,
    kernel: Int, stride: Int = 1, padding: Padding, groups: Int = 1, epsilon: Double,
    activation: Activation
  ) {
    let plain = Convolution2D(
      convolution, inputs, outputs, kernel: kernel, groups: groups, bias: false)
    let norm = BatchNormalization2D(normalization, outputs)
    // In double precision: the folded network then differs from the plain one by roundings of the sums alone.
    (weight, bias) = noGrad {
      let scale =
        norm.weight.to(.float64) * (norm.runningVariance.to(.float64) + epsilon).reciprocalSqrt()
      let weight = plain.weight.to(.float64) * scale.reshaped(-1, 1, 1, 1)
      let bias = norm.bias.to(.float64) - norm.runningMean.to(.float64) * scale
      return (weight.to(.float32).contiguous(.channelsLast), bias.to(.float32))
    }
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.activation = activation
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    let shape = x.shape
    let rows = padding.amounts(size: shape[2], kernel: kernel, stride: stride)
    let columns = padding.amounts(size: shape[3], kernel: kernel, stride: stride)
    let isEven = rows.before == rows.after && columns == rows
    let padded =
      isEven ? x : x.padded([columns.before, columns.after, rows.before, rows.after])
    let y = padded.convolved2d(
      weight, bias: bias, stride: stride, padding: isEven ? rows.before : 0, groups: groups)
    return switch activation {
    case .identity: y
    case .relu: y.relu()
    case .relu6: y.relu6()
    }
  }
}
