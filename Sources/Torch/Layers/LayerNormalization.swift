/// Standardization over the last axes; keys `weight` and `bias` of that shape.
public struct LayerNormalization: Sendable {
  public let weight: Tensor
  public let bias: Tensor
  let epsilon: Double

  public init(_ path: ParameterPath, _ shape: [Int], epsilon: Double = 1e-5) {
    weight = path.parameter("weight", shape, .constant(1))
    bias = path.parameter("bias", shape, .constant(0))
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNormalized(weight.shape, weight: weight, bias: bias, epsilon: epsilon)
  }
}
