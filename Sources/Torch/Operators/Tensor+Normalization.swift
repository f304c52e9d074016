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

  /// Standardizes over the last axes, whose sizes are `shape`.
  public func layerNormalized(
    _ shape: [Int], weight: Tensor?, bias: Tensor?, epsilon: Double = 1e-5
  ) -> Tensor {
    Operator.layerNormalization(self, shape, weight, bias, epsilon)
  }
}
