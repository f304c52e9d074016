/// A convolution over `[N, C, H, W]`; keys `weight` `[O, C / groups, k, k]` and `bias` `[O]`.
public struct Convolution2D: Sendable {
  public let weight: Tensor
  public let bias: Tensor?
  let stride: Int
  let padding: Int
  let dilation: Int
  let groups: Int

  /// - Parameters:
  ///   - initializer: of the weight; PyTorch's where none is given.
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

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolved2d(
      weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
  }
}
