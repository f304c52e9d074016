import Torch

extension UShapedFlow {
  /// What training changes, in the order of its names.
  var trainable: [Tensor] { stages.flatMap { $0.flatMap(\.trainable) } }

  /// ``loss(_:)`` and its gradients with respect to the features and to the parameters (in the order of their names),
  /// without any activation kept from the way there: each block's input is computed from its output on the way back
  /// (Gomez et al. 2017, "The Reversible Residual Network"), so that the memory of a step does not grow with the number of
  /// blocks. The subnets run twice forward for it.
  public func reversibleLoss(_ features: [Tensor]) -> (
    loss: Tensor, featureGradients: [Tensor], parameterGradients: [Tensor]
  ) {
    let (latents, logDeterminant) = noGrad { self(features) }
    let loss = noGrad { Self.loss(latents, logDeterminant) }
    // The loss is a mean over images of half the square of the latents less the log-determinant.
    let share = 1 / Double(latents[0].shape[0])
    var featureGradients: [Tensor] = []
    var parameterGradients: [Tensor] = []
    var h = latents[0]
    var gradient = noGrad { h * share }
    for scale in stages.indices {
      var ofStage: [Tensor] = []
      for block in stages[scale].reversed() {
        let step = block.reversed(h, gradient: gradient, logDeterminantGradient: -share)
        (h, gradient) = (step.x, step.gradient)
        ofStage = step.parameterGradients + ofStage
      }
      parameterGradients += ofStage
      guard scale < stages.count - 1 else {
        featureGradients.append(gradient)
        break
      }
      let (_, input) = parted(h, scale)
      let (own, passed) = parted(gradient, scale)
      featureGradients.append(own)
      (h, gradient) = noGrad {
        (
          .concatenate([input, latents[scale + 1]], axis: 1),
          .concatenate([passed, latents[scale + 1] * share], axis: 1)
        )
      }
    }
    return (loss, featureGradients, parameterGradients)
  }
}
