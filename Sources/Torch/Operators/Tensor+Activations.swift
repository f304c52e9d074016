extension Operator {
  static let sigmoid = Operator("sigmoid", arguments: 1)
  static let tanh = Operator("tanh", arguments: 1)
  static let relu = Operator("relu", arguments: 1)
  static let hardTanh = Operator("hardtanh", arguments: 3)
  static let leakyReLU = Operator("leaky_relu", arguments: 2)
  static let gelu = Operator("gelu", arguments: 2)
  static let geluInPlace = Operator("gelu_", arguments: 2)
  static let silu = Operator("silu", arguments: 1)
  static let softplus = Operator("softplus", arguments: 3)
  static let softmax = Operator("softmax", "int", arguments: 3)
  static let logSoftmax = Operator("log_softmax", "int", arguments: 3)
  static let dropout = Operator("dropout", arguments: 3)
  static let crossEntropy = Operator("cross_entropy_loss", arguments: 6)
}

extension Tensor {
  public func sigmoid() -> Tensor { Operator.sigmoid(self) }
  public func tanh() -> Tensor { Operator.tanh(self) }
  public func relu() -> Tensor { Operator.relu(self) }
  /// `min(max(x, 0), 6)`.
  public func relu6() -> Tensor { Operator.hardTanh(self, 0, 6) }
  public func leakyReLU(slope: Double = 0.01) -> Tensor { Operator.leakyReLU(self, slope) }
  /// The exact form with the error function.
  public func gelu() -> Tensor { Operator.gelu(self) }
  /// As ``gelu()``, in place.
  public func applyGELU() { Operator.geluInPlace(self) }
  public func silu() -> Tensor { Operator.silu(self) }
  /// `log(1 + exp(beta x)) / beta`.
  public func softplus(beta: Double = 1) -> Tensor { Operator.softplus(self, beta) }
  public func softmax(_ axis: Int) -> Tensor { Operator.softmax(self, axis) }
  public func logSoftmax(_ axis: Int) -> Tensor { Operator.logSoftmax(self, axis) }
  public func dropout(_ probability: Double) -> Tensor { Operator.dropout(self, probability, true) }
  /// Mean cross-entropy of logits `[N, C]` against classes `[N]` (`int64`).
  public func crossEntropy(_ classes: Tensor) -> Tensor { Operator.crossEntropy(self, classes) }
}
