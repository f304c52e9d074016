/// `x W^T + b` over the last axis; keys `weight` `[out, in]` and `bias` `[out]`.
public struct Linear: Sendable {
  public let weight: Tensor
  public let bias: Tensor?

  public init(_ path: ParameterPath, _ inputs: Int, _ outputs: Int, bias: Bool = true) {
    weight = path.parameter("weight", [outputs, inputs], .uniform(fanIn: inputs))
    self.bias = bias ? path.parameter("bias", [outputs], .uniform(fanIn: inputs)) : nil
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight, bias: bias) }
}
