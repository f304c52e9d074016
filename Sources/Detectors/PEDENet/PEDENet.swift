import Backbones
import Inspection
import Torch

/// PEDENet (Zhang, Wang, Kuo 2021): patches are embedded by a network that learns, of good images alone, where patches lie
/// beside each other and to which clusters they belong; what has a low density there is anomalous.
///
/// The abstract leaves nearly all of it open. Every default is ours; the README beside this file tells how it was measured.
public struct PEDENet: Detector {
  public static let name = "pedenet"

  /// Sides of patches in pixels: 32, 64 or both. Those of 64 are made of four of 32.
  public var patchSizes = [32, 64]
  /// Of an embedding.
  public var dimensions = 32
  /// Channels of the PE network, as a factor on those of Patch-SVDD.
  public var width = 0.25
  /// Of the DE network and the mixture.
  public var clusters = 10
  public var densityLoss = DensityLoss.energy
  /// Factor of the density loss in the sum of losses; 0 leaves it out.
  public var densityWeight = 1.0
  /// Share of the steps without the density loss; its factor rises to what it is in the others. Above 0 something of locations
  /// is learnt before the energy can draw all embeddings together.
  public var densityStart = 0.0
  /// Whether the density loss shapes the embeddings too, or the memberships alone.
  public var densityShapesEmbeddings = false
  /// Factor of the location loss; 0 leaves it out.
  public var locationWeight = 1.0
  public var locationInput = LocationNetwork.Input.concat
  /// Factor of the sum of reciprocal variances (DAGMM: 0.005) in the density loss.
  public var variancePenalty = 0.0
  public var densityInput = MembershipNetwork.Input.standardized
  /// On the diagonals of a batch's covariances.
  public var regularizer = 0.1
  /// On the diagonals of the covariances of all patches.
  public var densityRegularizer = 1e-4

  public var drawing = PatchSampler.Drawing.windows
  /// Side of a window in pixels; no more than the image has.
  public var window = 144
  /// Pairs of patches of each size from each window or image a step.
  public var pairs = 64
  public var placement = PatchPairs.Placement.inside
  public var centering = PatchColors.Centering.pixel
  /// Standard deviations of the noise that is added to each color of a patch, and to each of its pixels, of levels in 0...1.
  public var colorShift = 0.02
  public var noise = 0.02

  /// Passes over the images, each of which gives one window (or its pairs) a pass.
  public var epochs = 4
  public var batchSize = 4
  /// The peak where the schedule is a cycle.
  public var learningRate = 1e-3
  public var schedule = LearningRateSchedule.oneCycle

  /// Pixels between the patches whose energies are looked at: a divisor of 32.
  public var stride = 4
  /// Pixels between the training patches that the mixture is made of: a divisor of 32.
  public var densityStride = 16
  public var density = PatchDensity.Kind.mixture
  /// Share of the covariance of all positions in that of each, where `density` is `positions`.
  public var shrinkage = 0.25
  /// Of each dimension's variance over all positions, added to it there.
  static let ridge = 1e-3
  public var mixtureStart = MixtureStart.memberships
  /// Passes of expectation and maximization over these patches, after the one with the memberships that it starts with.
  public var maximizations = 10
  public var reference = EnergyScale.Reference.position
  public var fusion = ScaleFusion.sum
  /// Share of the images that neither networks nor mixture see, and that alone set the energies' scales; 0: all see all images,
  /// and all set the scales.
  public var scaleShare = 0.0

  public init() {}

  public var backboneID: String? { nil }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    func requirePositive(_ value: Int, _ name: String) throws {
      try require(value > 0, name, "\(value)", "give at least 1")
    }
    func requireFactor(_ value: Double, _ name: String) throws {
      try require(value >= 0 && value.isFinite, name, "\(value)", "give 0 or more")
    }
    try require(
      !patchSizes.isEmpty && zip(patchSizes, patchSizes.dropFirst()).allSatisfy { $0 < $1 }
        && patchSizes.allSatisfy(PatchEncoder.patchSizes.contains), "patchSizes", "\(patchSizes)",
      "give [32], [64] or [32,64]")
    try requirePositive(dimensions, "dimensions")
    try require(
      self.width > 0 && self.width <= 8, "width", "\(self.width)",
      "give a factor above 0, such as 0.5; 1 has the channels of Patch-SVDD")
    try requirePositive(clusters, "clusters")
    try requireFactor(densityWeight, "densityWeight")
    try requireFactor(locationWeight, "locationWeight")
    try require(
      densityStart >= 0 && densityStart < 1, "densityStart", "\(densityStart)",
      "give a share of at least 0 and below 1")
    try require(
      densityWeight + locationWeight > 0, "densityWeight", "\(densityWeight)",
      "there is nothing to learn by: give it or locationWeight more than 0")
    try requireFactor(variancePenalty, "variancePenalty")
    for (value, name) in [
      (regularizer, "regularizer"), (densityRegularizer, "densityRegularizer"),
    ] {
      try require(
        value > 0 && value.isFinite, name, "\(value)", "give a number above 0, such as 0.001")
    }
    try require(
      window >= leastSide, "window", "\(window)",
      "a pair of the largest patches needs at least \(leastSide) pixels")
    try requirePositive(pairs, "pairs")
    try requireFactor(colorShift, "colorShift")
    try requireFactor(noise, "noise")
    try requirePositive(epochs, "epochs")
    try requirePositive(batchSize, "batchSize")
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", "\(learningRate)",
      "give a number above 0, such as 0.001")
    for (value, name) in [(stride, "stride"), (densityStride, "densityStride")] {
      try require(
        value > 0 && 32.isMultiple(of: value), name, "\(value)",
        "give 1, 2, 4, 8, 16 or 32 pixels")
    }
    try require(
      shrinkage >= 0 && shrinkage <= 1, "shrinkage", "\(shrinkage)", "give 0 to 1, such as 0.25")
    try require(maximizations >= 0, "maximizations", "\(maximizations)", "give 0 or more")
    try require(
      scaleShare >= 0 && scaleShare < 1, "scaleShare", "\(scaleShare)",
      "give a share of at least 0 and below 1, such as 0.1")
    try require(
      min(height, width) >= leastSide, "image size", "\(width) x \(height)",
      "a pair of the largest patches needs at least \(leastSide) pixels on both sides")
  }

  /// A patch and its neighbor fit into it wherever the first one begins at the border.
  private var leastSide: Int { 2 * (patchSizes.last ?? 32) }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedPEDENet {
    let all = try PatchImages(images, batchSize: batchSize, context: context)
    let (fitting, scaling) = all.divided(holdingOut: scaleShare, seed: context.seed)
    let mean = fitting.mean(by: centering)
    let fresh = Parameters(seed: context.seed)
    _ = PEDENetNetwork(fresh, settings: self)
    // The same network again, with its parameters where the training is done.
    let parameters = Parameters(
      loading: try fresh.stateDictionary.mapValues { tensor in try tensor.to(context.device) })
    let network = PEDENetNetwork(parameters, settings: self)
    let trainer = PEDENetTrainer(
      settings: self, context: context,
      sampler: PatchSampler(
        images: fitting, mean: mean, colorShift: colorShift, noise: noise, seed: context.seed))
    func fitted(_ metrics: [String: Double], _ history: [String: [Double]]) throws -> FittedPEDENet
    {
      let learning = DensityLearning(
        settings: self, network: network, parameters: parameters,
        colors: PatchColors(mean: try mean.to(context.device)), context: context)
      return try learning.fitted(on: fitting, scaledBy: scaling, metrics: metrics, history: history)
    }
    let (metrics, history) = try trainer.train(network, parameters) { try fitted([:], [:]) }
    return try fitted(metrics, history)
  }
}
