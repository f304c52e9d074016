import Torch

/// The U-shaped normalizing flow (U-Flow section 3.2): every scale of features is merged with what the coarser ones pass
/// up, each stage giving part of its output as latents.
///
/// Splits, concatenations and upsampling move elements without changing volume, so the log-determinant is that of the
/// coupling blocks alone.
public struct UShapedFlow {
  /// Channels of each scale's features, finest first.
  public let featureChannels: [Int]
  /// Stages, finest first; each holds its coupling blocks in the order they are applied.
  public let stages: [[CouplingBlock]]

  /// - Parameter convolutionType: type of the subnets' convolutions; nil where it is that of the features.
  public init(
    _ path: ParameterPath, featureChannels: [Int], steps: Int, convolutionType: DType? = nil
  ) {
    self.featureChannels = featureChannels
    stages = Self.stageChannels(featureChannels).enumerated().map { scale, channels in
      (0..<steps).map { step in
        CouplingBlock(
          path / "stage\(scale)" / "block\(step)", channels: channels,
          kernel: step.isMultiple(of: 2) ? 3 : 1, convolutionType: convolutionType)
      }
    }
  }

  /// Channels that a stage of `channels` passes up: about half, a multiple of 4 so that they can be unfolded to twice
  /// the side.
  public static func passedUp(_ channels: Int) -> Int { channels / 8 * 4 }

  /// Channels of each stage, finest first.
  public static func stageChannels(_ featureChannels: [Int]) -> [Int] {
    var result: [Int] = []
    var fromBelow = 0
    for channels in featureChannels.reversed() {
      result.insert(channels + fromBelow, at: 0)
      fromBelow = passedUp(result[0]) / 4
    }
    return result
  }

  /// What a stage's output passes up, at twice the side, and the latents that it leaves.
  static func divided(_ h: Tensor) -> (up: Tensor, latents: Tensor) {
    let up = passedUp(h.shape[1])
    let parts = h.split([up, h.shape[1] - up], axis: 1)
    return (parts[0].pixelShuffled(2), parts[1])
  }

  /// Channels of each scale's latents, finest first.
  public var latentChannels: [Int] {
    Self.stageChannels(featureChannels).enumerated().map { scale, channels in
      scale == 0 ? channels : channels - Self.passedUp(channels)
    }
  }

  /// Features `[N, C, H, W]`, finest first, each scale half the side of the one before, to latents of the same order and
  /// the log-determinant `[N]`.
  public func callAsFunction(_ features: [Tensor]) -> (latents: [Tensor], logDeterminant: Tensor) {
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
        let (up, latent) = Self.divided(h)
        latents.insert(latent, at: 0)
        h = .concatenate([features[scale - 1], up], axis: 1)
      }
    }
    return ([h] + latents, total)
  }

  /// The features that give `latents`.
  public func inverse(_ latents: [Tensor]) -> [Tensor] {
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
  public func loss(_ features: [Tensor]) -> Tensor {
    let (latents, logDeterminant) = self(features)
    return Self.loss(latents, logDeterminant)
  }

  static func loss(_ latents: [Tensor], _ logDeterminant: Tensor) -> Tensor {
    let energy = latents.map { $0.square().sum(1, 2, 3) * 0.5 }
    return (energy.dropFirst().reduce(energy[0], +) - logDeterminant).mean()
  }
}
