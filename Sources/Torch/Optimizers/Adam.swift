extension Operator {
  static let fusedAdam = Operator("_fused_adam_", arguments: 15)
  static let addToEach = Operator("_foreach_add_", "Scalar", arguments: 2)
}

/// Adam (Kingma and Ba 2015) with L2 weight decay added to the gradient, as PyTorch's `Adam(weight_decay:)`; one fused
/// call a step.
public final class Adam {
  /// What is trained.
  public let parameters: [Tensor]
  /// Of the next step.
  public var learningRate: Double
  /// How much of the mean gradient a step keeps.
  public var beta1: Double
  let beta2: Double
  let epsilon: Double
  let weightDecay: Double
  private let firstMoments: [Tensor]
  private let secondMoments: [Tensor]
  private let steps: [Tensor]

  /// - Parameter parameters: leaves whose gradients each ``step(_:)`` is given.
  public init(
    _ parameters: [Tensor], learningRate: Double, weightDecay: Double = 0, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    (firstMoments, secondMoments, steps) = noGrad {
      (
        parameters.map { $0.detached() * 0 }, parameters.map { $0.detached() * 0 },
        parameters.map { .zeros([], device: $0.device) }
      )
    }
  }

  /// All that a step depends on beside parameters, gradients and rates: both moments and the count of steps, of each
  /// parameter in turn.
  public var state: [Tensor] { firstMoments + secondMoments + steps }

  /// Goes on from a ``state`` that was kept.
  public func restore(_ state: [Tensor]) {
    precondition(state.map(\.shape) == self.state.map(\.shape), "the state of other parameters")
    noGrad { for (own, kept) in zip(self.state, state) { own.copy(from: kept) } }
  }

  /// Moves every parameter against `gradients`, which are in the order of ``parameters``.
  ///
  /// The fused operator walks raw memory, so gradients of channels-last convolutions are brought to the layout of their
  /// parameters first.
  public func step(_ gradients: [Tensor]) {
    noGrad {
      _ = Operator.addToEach.results(steps, 1)
      _ = Operator.fusedAdam.results(
        parameters, gradients.map { $0.contiguous() }, firstMoments, secondMoments, [Tensor](),
        steps, learningRate, beta1,
        beta2, weightDecay, epsilon, false, false)
    }
  }
}
