/// Standardization of each channel of `[N, C, H, W]`; keys as PyTorch's `BatchNorm2d`.
public struct BatchNormalization2D: Sendable {
  public let weight: Tensor
  public let bias: Tensor
  public let runningMean: Tensor
  public let runningVariance: Tensor
  public let epsilon: Double
  let momentum: Double

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

  /// - Parameter training: takes the statistics of the batch and moves the running ones towards them.
  public func callAsFunction(_ x: Tensor, training: Bool = false) -> Tensor {
    x.batchNormalized(
      weight: weight, bias: bias, mean: runningMean, variance: runningVariance, training: training,
      momentum: momentum, epsilon: epsilon)
  }
}
