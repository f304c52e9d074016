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
  /// Cross-correlation of `[N, C, H, W]` with `weight` `[O, C / groups, kH, kW]`.
  public func convolved2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) -> Tensor {
    Operator.convolution2d(
      self, weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups)
  }

  /// The adjoint of a convolution; `weight` is `[C, O / groups, kH, kW]`.
  public func transposeConvolved2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0,
    groups: Int = 1, dilation: Int = 1
  ) -> Tensor {
    Operator.transposedConvolution2d(
      self, weight, bias, [stride, stride], [padding, padding], [outputPadding, outputPadding],
      groups, [dilation, dilation])
  }

  public func maxPooled2d(_ size: Int, stride: Int, padding: Int = 0) -> Tensor {
    Operator.maxPool2d(self, [size, size], [stride, stride], [padding, padding])
  }
  public func averagePooled2d(_ size: Int, stride: Int, padding: Int = 0) -> Tensor {
    Operator.averagePool2d(self, [size, size], [stride, stride], [padding, padding])
  }
  public func adaptiveAveragePooled2d(_ height: Int, _ width: Int) -> Tensor {
    Operator.adaptiveAveragePool2d(self, [height, width])
  }
  /// `[N, C r r, H, W]` to `[N, C, H r, W r]`.
  public func pixelShuffled(_ factor: Int) -> Tensor { Operator.pixelShuffle(self, factor) }
  /// The inverse of ``pixelShuffled(_:)``.
  public func pixelUnshuffled(_ factor: Int) -> Tensor { Operator.pixelUnshuffle(self, factor) }
}
