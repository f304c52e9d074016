import Backbones
import Inspection
import Torch

/// U-Flow with a flow that has learnt the features of good images.
public struct FittedUFlow: FittedDetector {
  package let network: UFlowNetwork
  public let tensors: [String: Tensor]
  public let metrics: [String: Double]
  public let history: [String: [Double]]
  /// Nil where nobody has looked at the latents of good images.
  let quantiles: LatentQuantiles?
  let backbone: any Backbone
  let taps: [FeatureTap]
  let topFraction: Double
  let frozen: FrozenFlow

  init(
    network: UFlowNetwork, tensors: [String: Tensor], quantiles: LatentQuantiles?,
    metrics: [String: Double], history: [String: [Double]], backbone: any Backbone,
    taps: [FeatureTap], topFraction: Double
  ) {
    self.network = network
    self.tensors = tensors.merging(quantiles?.tensors ?? [:]) { $1 }
    self.quantiles = quantiles
    self.metrics = metrics
    self.history = history
    self.backbone = backbone
    self.taps = taps
    self.topFraction = topFraction
    frozen = FrozenFlow(network.flow)
  }

  /// Latents `[N, C, h, w]` of preprocessed images, finest scale first; standard normal where the images are good.
  public func latents(_ images: Tensor) -> [Tensor] {
    latents(features: features(of: images))
  }

  private func features(of images: Tensor) -> [Tensor] {
    backbone.features(images, taps: taps.map(\.name))
  }

  /// Latents of features as the backbone gives them.
  public func latents(features: [Tensor]) -> [Tensor] {
    frozen.latents(network.normalization(features))
  }

  /// The squared length of the latent at each place, which is chi-square under normality (U-Flow section 4.1), the map that is
  /// made of it, and the mean of the most anomalous pixels.
  public func score(_ images: Tensor) -> ScoredBatch {
    scored(
      evidence(features: features(of: images)), height: images.shape[2], width: images.shape[3])
  }

  func scored(_ evidence: Evidence, height: Int, width: Int) -> ScoredBatch {
    let maps = anomalyMaps(evidence, height: height, width: width)
    return ScoredBatch(evidence: evidence, maps: maps, scores: topMean(maps))
  }

  /// The evidence of features as the backbone gives them.
  public func evidence(features: [Tensor]) -> Evidence {
    evidence(statistics: latents(features: features).map { $0.square().sum(1) })
  }

  /// - Parameter statistics: squared lengths of latents, `[N, h, w]` at each scale.
  func evidence(statistics: [Tensor]) -> Evidence {
    Evidence(
      scales: zip(zip(taps, network.flow.latentChannels), statistics).map { scale, statistic in
        Evidence.Scale(
          statistic: statistic, null: .chiSquare(degreesOfFreedom: scale.1),
          name: "stride \(scale.0.stride)")
      })
  }

  /// How well the latents of good images keep to the law that the theory supposes.
  public var diagnostics: [Diagnostic] {
    [quantiles?.diagnostic(names: taps.map { "stride \($0.stride)" })].compactMap(\.self)
  }

  /// The anomaly maps `[N, height, width]` that the evidence makes.
  public func anomalyMaps(_ evidence: Evidence, height: Int, width: Int) -> Tensor {
    LikelihoodMap(evidence)(height: height, width: width)
  }

  /// The mean of the most anomalous pixels of each map `[N, H, W]`, of which there is one at least: a flaw has an extent,
  /// noise has none.
  package func topMean(_ maps: Tensor) -> Tensor {
    let pixels = maps.flattened(from: 1)
    let count = Swift.max(Int((topFraction * Double(pixels.shape[1])).rounded()), 1)
    return pixels.top(count).values.mean(1)
  }
}

extension FittedUFlow {
  public func checkImageSize(height: Int, width: Int) throws {
    for (tap, shape) in zip(taps, network.normalization.fixedShapes) {
      try requireSize(
        Array(shape.dropFirst()), [height / tap.stride, width / tap.stride], height: height,
        width: width)
    }
  }
}

/// The flow read the other way: from latents to features.
extension FittedUFlow {
  /// Features as the flow takes them, normalized, `[N, C, h, w]`, finest scale first, that have these latents: the inverse
  /// of ``latents(normalized:)``.
  public func normalizedFeatures(latents: [Tensor]) -> [Tensor] {
    noGrad { network.flow.inverse(latents) }
  }

  /// Latents of features that are normalized already.
  public func latents(normalized features: [Tensor]) -> [Tensor] {
    noGrad { network.flow(features).latents }
  }

  /// Normalized features of good images that never were, as the flow believes them to be, drawn from standard normal
  /// latents.
  ///
  /// - Parameters:
  ///   - height: of the images, in pixels, a multiple of the deepest stride; the width likewise.
  ///   - seed: the same features for the same one.
  public func sample(count: Int, height: Int, width: Int, seed: UInt64) -> [Tensor] {
    let deepest = taps[taps.count - 1].stride
    precondition(
      height.isMultiple(of: deepest) && width.isMultiple(of: deepest),
      "\(width) x \(height) is no multiple of the stride \(deepest)")
    let generator = Generator(seed: seed)
    let flow = network.flow
    let latents = zip(taps.map(\.stride), flow.latentChannels).map { stride, channels in
      Tensor.normal([count, channels, height / stride, width / stride], generator: generator)
        .moved(to: flow.stages[0][0].first.weight.device)
    }
    return normalizedFeatures(latents: latents)
  }
}
