/// `x W^T + b` over the last axis; keys `weight` `[out, in]` and `bias` `[out]`.
public struct Linear: Sendable {
  /// `[out, in]`.
  public let weight: Tensor
  /// `[out]`; nil in a layer without one.
  public let bias: Tensor?

  /// Starts as PyTorch's, uniform over `±1 / sqrt(inputs)`.
  public init(_ path: ParameterPath, _ inputs: Int, _ outputs: Int, bias: Bool = true) {
    weight = path.parameter("weight", [outputs, inputs], .uniform(fanIn: inputs))
    self.bias = bias ? path.parameter("bias", [outputs], .uniform(fanIn: inputs)) : nil
  }

  /// `[..., in]` to `[..., out]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight, bias: bias) }
}

/// A convolution over `[N, C, H, W]`; keys `weight` `[O, C / groups, k, k]` and `bias` `[O]`.
public struct Convolution2D: Sendable {
  /// `[O, C / groups, k, k]`.
  public let weight: Tensor
  /// `[O]`; nil in a layer without one.
  public let bias: Tensor?
  let stride: Int
  let padding: Int
  let dilation: Int
  let groups: Int

  /// - Parameters:
  ///   - padding: zeros on every side.
  ///   - initializer: how the weight starts; uniform over `±1 / sqrt(C / groups * k * k)` where none is given, as in PyTorch.
  ///   - biasInitializer: likewise.
  public init(
    _ path: ParameterPath, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    initializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    let fanIn = inputs / groups * kernel * kernel
    weight = path.parameter(
      "weight", [outputs, inputs / groups, kernel, kernel], initializer ?? .uniform(fanIn: fanIn))
    self.bias =
      bias ? path.parameter("bias", [outputs], biasInitializer ?? .uniform(fanIn: fanIn)) : nil
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// `[N, C, H, W]` to `[N, O, h, w]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolved2d(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}

/// The adjoint of a convolution over `[N, C, H, W]`; keys `weight` `[C, O, k, k]` and `bias` `[O]`.
public struct TransposedConvolution2D: Sendable {
  /// `[C, O, k, k]`.
  public let weight: Tensor
  /// `[O]`; nil in a layer without one.
  public let bias: Tensor?
  let stride: Int
  let padding: Int

  /// Starts as PyTorch's, uniform over `±1 / sqrt(O * k * k)`.
  public init(
    _ path: ParameterPath, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, bias: Bool = true
  ) {
    // PyTorch reads the fan off the second axis, whichever way the layer goes.
    let fanIn = outputs * kernel * kernel
    weight = path.parameter("weight", [inputs, outputs, kernel, kernel], .uniform(fanIn: fanIn))
    self.bias = bias ? path.parameter("bias", [outputs], .uniform(fanIn: fanIn)) : nil
    self.stride = stride
    self.padding = padding
  }

  /// `[N, C, H, W]` to `[N, O, h, w]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.transposeConvolved2d(weight, bias: bias, stride: stride, padding: padding)
  }
}

/// Standardization of each channel of `[N, C, H, W]`; keys as PyTorch's `BatchNorm2d`.
public struct BatchNormalization2D: Sendable {
  /// `[C]`.
  public let weight: Tensor
  /// `[C]`.
  public let bias: Tensor
  /// `[C]`, which moves in training.
  public let runningMean: Tensor
  /// `[C]`, which moves in training.
  public let runningVariance: Tensor
  /// Added to the variance.
  public let epsilon: Double
  let momentum: Double

  /// - Parameter momentum: share of a batch in the running statistics.
  public init(
    _ path: ParameterPath, _ channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1
  ) {
    weight = path.parameter("weight", [channels], .constant(1))
    bias = path.parameter("bias", [channels], .constant(0))
    runningMean = path.buffer("running_mean", [channels], .constant(0))
    runningVariance = path.buffer("running_var", [channels], .constant(1))
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// Keeps the shape of `x`.
  ///
  /// - Parameter training: whether to take the statistics of the batch and to move the running ones towards them.
  public func callAsFunction(_ x: Tensor, training: Bool = false) -> Tensor {
    x.batchNormalized(
      weight: weight, bias: bias, mean: runningMean, variance: runningVariance, training: training,
      momentum: momentum, epsilon: epsilon)
  }
}

/// Standardization over the last axes; keys `weight` and `bias` of that shape.
public struct LayerNormalization: Sendable {
  /// Of the shape of the last axes.
  public let weight: Tensor
  /// Of the shape of the last axes.
  public let bias: Tensor
  let epsilon: Double

  /// - Parameter shape: sizes of the last axes.
  public init(_ path: ParameterPath, _ shape: [Int], epsilon: Double = 1e-5) {
    weight = path.parameter("weight", shape, .constant(1))
    bias = path.parameter("bias", shape, .constant(0))
    self.epsilon = epsilon
  }

  /// Keeps the shape of `x`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNormalized(weight.shape, weight: weight, bias: bias, epsilon: epsilon)
  }
}
