/// The adjoint of a convolution over `[N, C, H, W]`; keys `weight` `[C, O, k, k]` and `bias` `[O]`.
public struct TransposedConvolution2D: Sendable {
  public let weight: Tensor
  public let bias: Tensor?
  let stride: Int
  let padding: Int

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

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.transposeConvolved2d(weight, bias: bias, stride: stride, padding: padding)
  }
}
