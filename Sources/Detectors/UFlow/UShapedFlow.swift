import Torch

/// The U-shaped normalizing flow (U-Flow section 3.2): every scale of features is merged with what the coarser ones pass
/// up, each stage giving part of its output as latents.
///
/// Splits, concatenations and upsampling move elements without changing volume, so the log-determinant is that of the
/// coupling blocks alone.
package struct UShapedFlow: Sendable {
  /// Channels of each scale's features, finest first.
  package let featureChannels: [Int]
  /// Channels that each stage passes up, finest first; the finest has nowhere to pass them.
  package let passedUp: [Int]
  /// Stages, finest first; each holds its coupling blocks in the order they are applied.
  package let stages: [[CouplingBlock]]

  /// - Parameter separateScales: scales, 0 being the finest, whose stage keeps all of its output as latents: none in the paper.
  package init(
    _ path: ParameterPath, featureChannels: [Int], steps: Int, separateScales: Set<Int> = []
  ) {
    self.featureChannels = featureChannels
    let (channels, passedUp) = Self.channels(featureChannels, separateScales: separateScales)
    self.passedUp = passedUp
    stages = channels.enumerated().map { scale, channels in
      (0..<steps).map { step in
        CouplingBlock(
          path / "stage\(scale)" / "block\(step)", channels: channels,
          kernel: step.isMultiple(of: 2) ? 3 : 1)
      }
    }
  }

  /// Channels of each stage, and how many of them it passes up: about half, a multiple of 4 so that they can be unfolded
  /// to twice the side. Finest first.
  package static func channels(_ featureChannels: [Int], separateScales: Set<Int> = []) -> (
    stages: [Int], passedUp: [Int]
  ) {
    var stages: [Int] = []
    var passedUp: [Int] = []
    for (scale, channels) in featureChannels.enumerated().reversed() {
      let stage = channels + (passedUp.first ?? 0) / 4
      stages.insert(stage, at: 0)
      passedUp.insert(scale == 0 || separateScales.contains(scale) ? 0 : stage / 8 * 4, at: 0)
    }
    return (stages, passedUp)
  }

  /// A stage's output, divided into what joins the next finer features and the latents that it leaves.
  func divided(_ h: Tensor, _ scale: Int) -> (up: Tensor, latents: Tensor) {
    let parts = h.split([passedUp[scale], h.shape[1] - passedUp[scale]], axis: 1)
    return (parts[0], parts[1])
  }

  /// Features of a scale, joined by what the coarser stage passes up, at twice the side.
  func joined(_ features: Tensor, _ up: Tensor) -> Tensor {
    up.shape[1] == 0 ? features : .concatenate([features, up.pixelShuffled(2)], axis: 1)
  }

  /// The scale's own features and what the coarser stage has passed up, as it left it: the inverse of ``joined(_:_:)``.
  func parted(_ h: Tensor, _ scale: Int) -> (features: Tensor, up: Tensor) {
    let own = featureChannels[scale]
    let parts = h.split([own, h.shape[1] - own], axis: 1)
    guard passedUp[scale + 1] > 0 else {
      return (
        h,
        .zeros([h.shape[0], 0, h.shape[2] / 2, h.shape[3] / 2], dtype: h.dtype, device: h.device)
      )
    }
    return (parts[0], parts[1].pixelUnshuffled(2))
  }

  /// Channels of each scale's latents, finest first.
  package var latentChannels: [Int] {
    zip(stages, passedUp).map { $0[0].channels - $1 }
  }

  /// Features `[N, C, H, W]`, finest first, each scale half the side of the one before, to latents of the same order and
  /// the log-determinant `[N]`.
  package func callAsFunction(_ features: [Tensor]) -> (latents: [Tensor], logDeterminant: Tensor) {
    var latents: [Tensor] = []
    var h = features[features.count - 1]
    var total = Tensor.zeros([h.shape[0]], dtype: h.dtype, device: h.device)
    for scale in stages.indices.reversed() {
      for block in stages[scale] {
        let (y, logDeterminant) = block(h)
        h = y
        total = total + logDeterminant
      }
      if scale > 0 {
        let (up, latent) = divided(h, scale)
        latents.insert(latent, at: 0)
        h = joined(features[scale - 1], up)
      }
    }
    return ([h] + latents, total)
  }

  /// The features that give `latents`.
  package func inverse(_ latents: [Tensor]) -> [Tensor] {
    var features: [Tensor] = []
    var h = latents[0]
    for scale in stages.indices {
      for block in stages[scale].reversed() { h = block.inverse(h) }
      if scale == stages.count - 1 {
        features.append(h)
      } else {
        let (own, passed) = parted(h, scale)
        features.append(own)
        h = .concatenate([passed, latents[scale + 1]], axis: 1)
      }
    }
    return features
  }

  /// Negative log-likelihood under standard normal latents, without its constant: the mean over the batch of
  /// `sum 1/2 z^2 - log|det J|` (U-Flow equation 3).
  package func loss(_ features: [Tensor]) -> Tensor {
    let (latents, logDeterminant) = self(features)
    return Self.loss(latents, logDeterminant)
  }

  static func loss(_ latents: [Tensor], _ logDeterminant: Tensor) -> Tensor {
    let energy = latents.map { $0.square().sum(1, 2, 3) * 0.5 }
    return (energy.dropFirst().reduce(energy[0], +) - logDeterminant).mean()
  }
}

extension UShapedFlow {
  /// What training changes, in the order of its names.
  var trainable: [Tensor] { stages.flatMap { $0.flatMap(\.trainable) } }

  /// ``loss(_:)`` and its gradients with respect to the features and to the parameters (in the order of their names),
  /// without any activation kept from the way there: each block's input is computed from its output on the way back
  /// (Gomez et al. 2017, "The Reversible Residual Network"), so that the memory of a step does not grow with the number of
  /// blocks. The subnets run twice forward for it.
  package func reversibleLoss(_ features: [Tensor]) -> (
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

/// The trainable part of U-Flow: what normalizes the features, and the flow over them.
package struct UFlowNetwork: Sendable {
  package let normalization: FeatureNormalization
  package let flow: UShapedFlow

  /// - Parameters:
  ///   - strides: of each scale's features, finest first.
  ///   - shapes: `[C, h, w]` of each scale's features, likewise.
  package init(
    _ parameters: Parameters, settings: UFlow, strides: [Int], shapes: [[Int]],
    statistics: [FeatureStatistics]? = nil
  ) {
    normalization = FeatureNormalization(
      parameters.root / "normalization", settings.normalization, shapes: shapes,
      statistics: statistics)
    flow = UShapedFlow(
      parameters.root / "flow", featureChannels: shapes.map { $0[0] }, steps: settings.flowSteps,
      separateScales: Set(
        strides.indices.filter { settings.separateScales.contains(strides[$0]) }))
  }
}
