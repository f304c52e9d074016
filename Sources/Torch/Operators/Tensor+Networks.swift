extension Operator {
  static let convolution2d = Operator("conv2d", arguments: 7)
  static let transposedConvolution2d = Operator("conv_transpose2d", "input", arguments: 8)
  static let maxPool2d = Operator("max_pool2d", arguments: 6)
  static let averagePool2d = Operator("avg_pool2d", arguments: 7)
  static let adaptiveAveragePool2d = Operator("adaptive_avg_pool2d", arguments: 2)
  static let pixelShuffle = Operator("pixel_shuffle", arguments: 2)
  static let pixelUnshuffle = Operator("pixel_unshuffle", arguments: 2)
}

extension Tensor {
  /// Cross-correlation of `[N, C, H, W]` with `weight` `[O, C / groups, kH, kW]`, plus `bias` `[O]`: `[N, O, h, w]`.
  public func convolved2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) -> Tensor {
    Operator.convolution2d(
      self, weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups)
  }

  /// The adjoint of a convolution, `[N, C, H, W]` to `[N, O, h, w]`; `weight` is `[C, O / groups, kH, kW]`.
  public func transposeConvolved2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, groups: Int = 1, dilation: Int = 1
  ) -> Tensor {
    Operator.transposedConvolution2d(
      self, weight, bias, [stride, stride], [padding, padding], [outputPadding, outputPadding],
      groups, [dilation, dilation])
  }

  /// The largest of each window of `size` x `size`, over `[N, C, H, W]`.
  public func maxPooled2d(_ size: Int, stride: Int, padding: Int = 0) -> Tensor {
    Operator.maxPool2d(self, [size, size], [stride, stride], [padding, padding])
  }
  /// The mean of each window of `size` x `size`, over `[N, C, H, W]`.
  public func averagePooled2d(_ size: Int, stride: Int, padding: Int = 0) -> Tensor {
    Operator.averagePool2d(self, [size, size], [stride, stride], [padding, padding])
  }
  /// The means of the cells of a grid of `height` x `width` over `[N, C, H, W]`.
  public func adaptiveAveragePooled2d(_ height: Int, _ width: Int) -> Tensor {
    Operator.adaptiveAveragePool2d(self, [height, width])
  }
  /// `[N, C r r, H, W]` to `[N, C, H r, W r]`.
  public func pixelShuffled(_ factor: Int) -> Tensor { Operator.pixelShuffle(self, factor) }
  /// The inverse of ``pixelShuffled(_:)``.
  public func pixelUnshuffled(_ factor: Int) -> Tensor { Operator.pixelUnshuffle(self, factor) }
}

extension Operator {
  static let batchNormalization = Operator("batch_norm", arguments: 9)
  static let layerNormalization = Operator("layer_norm", arguments: 6)
}

extension Tensor {
  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` for each channel of `[N, C, H, W]`; in training with the
  /// statistics of the batch, which then move into `mean` and `variance`.
  public func batchNormalized(
    weight: Tensor?, bias: Tensor?, mean: Tensor, variance: Tensor, training: Bool,
    momentum: Double = 0.1, epsilon: Double = 1e-5
  ) -> Tensor {
    Operator.batchNormalization(
      self, weight, bias, mean, variance, training, momentum, epsilon, true)
  }

  /// Standardizes over the last axes, whose sizes are `shape`, as are those of `weight` and `bias`.
  public func layerNormalized(
    _ shape: [Int], weight: Tensor?, bias: Tensor?, epsilon: Double = 1e-5
  ) -> Tensor {
    Operator.layerNormalization(self, shape, weight, bias, epsilon)
  }
}

extension Operator {
  static let sigmoid = Operator("sigmoid", arguments: 1)
  static let tanh = Operator("tanh", arguments: 1)
  static let relu = Operator("relu", arguments: 1)
  static let hardTanh = Operator("hardtanh", arguments: 3)
  static let leakyReLU = Operator("leaky_relu", arguments: 2)
  static let geluInPlace = Operator("gelu_", arguments: 2)
  static let softplus = Operator("softplus", arguments: 3)
  static let softmax = Operator("softmax", "int", arguments: 3)
  static let crossEntropy = Operator("cross_entropy_loss", arguments: 6)
}

extension Tensor {
  /// `1 / (1 + exp(-x))`.
  public func sigmoid() -> Tensor { Operator.sigmoid(self) }
  /// The hyperbolic tangent of each element.
  public func tanh() -> Tensor { Operator.tanh(self) }
  /// `max(x, 0)`.
  public func relu() -> Tensor { Operator.relu(self) }
  /// `min(max(x, 0), 6)`.
  public func relu6() -> Tensor { Operator.hardTanh(self, 0, 6) }
  /// `x` above 0, `slope * x` below.
  public func leakyReLU(slope: Double = 0.01) -> Tensor { Operator.leakyReLU(self, slope) }
  /// Puts `x` times the standard normal distribution's value at `x` in the place of `x`: the exact GELU.
  public func applyGELU() { Operator.geluInPlace(self) }
  /// `log(1 + exp(beta x)) / beta`.
  public func softplus(beta: Double = 1) -> Tensor { Operator.softplus(self, beta) }
  /// `exp(x)` over its sum along `axis`.
  public func softmax(_ axis: Int) -> Tensor { Operator.softmax(self, axis) }
  /// Mean cross-entropy of logits `[N, C]` against classes `[N]` (`int64`).
  public func crossEntropy(_ classes: Tensor) -> Tensor { Operator.crossEntropy(self, classes) }
}
