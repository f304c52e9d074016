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

  public static let settings: [Setting] = [
    .list(
      "patchSizes", of: .integers(PatchEncoder.patchSizes), count: 1...2, isDistinct: true,
      "sides of patches in pixels"),
    .integer("dimensions", 1...1024, "of an embedding"),
    .number("width", above: 0, through: 8, "factor on the channels of the encoder"),
    .integer("clusters", 1...1024, "of the mixture"),
    .choice("densityLoss", DensityLoss.self, "reading of the density loss"),
    .number("densityWeight", 0...1e6, "factor of the density loss"),
    .number("densityStart", 0...0.99, "share of the steps without the density loss"),
    .flag("densityShapesEmbeddings", "whether the density loss shapes the embeddings"),
    .number("locationWeight", 0...1e6, "factor of the location loss"),
    .choice("locationInput", LocationNetwork.Input.self, "what the LP network sees"),
    .number("variancePenalty", 0...1e6, "factor of the reciprocal variances"),
    .choice("densityInput", MembershipNetwork.Input.self, "what densities are of"),
    .number("regularizer", above: 0, through: 1e6, "on the diagonals of a batch's covariances"),
    .number(
      "densityRegularizer", above: 0, through: 1e6, "on the diagonals of all patches' covariances"),
    .choice("drawing", PatchSampler.Drawing.self, "what is cut out of the images"),
    .integer("window", 1...ImagePreprocessing.sides.upperBound, "side of a window in pixels"),
    .integer("pairs", 1...65_536, "pairs of patches of each size from each window a step"),
    .choice("placement", PatchPairs.Placement.self, "of neighbors beyond the border"),
    .choice("centering", PatchColors.Centering.self, "what colors are centered by"),
    .number("colorShift", 0...1, "standard deviation of the noise of colors"),
    .number("noise", 0...1, "standard deviation of the noise of pixels"),
    .integer("epochs", 1...100_000, "passes over the images"),
    .integer("batchSize", 1...4096, "windows a step"),
    .number("learningRate", above: 0, through: 1e30, "of the optimizer, the peak of a cycle"),
    .choice("schedule", LearningRateSchedule.self, "course of the learning rate"),
    Setting(
      "stride", .integers([1, 2, 4, 8, 16, 32]), "pixels between patches that are looked at"),
    Setting(
      "densityStride", .integers([1, 2, 4, 8, 16, 32]), "pixels between patches of the mixture"),
    .choice("density", PatchDensity.Kind.self, "law of the embeddings"),
    .number("shrinkage", 0...1, "share of the common covariance"),
    .choice("mixtureStart", MixtureStart.self, "what the mixture begins with"),
    .integer("maximizations", 0...10_000, "passes of expectation and maximization"),
    .choice("reference", EnergyScale.Reference.self, "what energies are held against"),
    .choice("fusion", ScaleFusion.self, "how the patch sizes become one map"),
    .number("scaleShare", 0...0.9, "share of the images that set the scales"),
  ]

  public init() {}

  public var backboneID: String? { nil }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    try require(
      zip(patchSizes, patchSizes.dropFirst()).allSatisfy { $0 < $1 }, "patchSizes",
      "\(patchSizes)", "give [32], [64] or [32,64]")
    try require(
      densityWeight + locationWeight > 0, "densityWeight", "\(densityWeight)",
      "there is nothing to learn by: give it or locationWeight more than 0")
    try require(
      window >= leastSide, "window", "\(window)",
      "a pair of the largest patches needs at least \(leastSide) pixels")
    let side = min(window, height, width)
    let channels = Int(128 * self.width) + dimensions
    try requireRoom(
      for: [2 * batchSize, side, side, channels], "batchSize", "\(batchSize)",
      "so many windows of \(side) pixels do not fit into memory: give fewer")
    try requireRoom(
      for: [2 * batchSize, pairs, dimensions, max(dimensions, clusters)], "pairs", "\(pairs)",
      "so many pairs do not fit into memory: give fewer")
    let laws = density == .positions ? (height / stride) * (width / stride) : clusters
    try requireRoom(
      for: [laws, dimensions, dimensions], "dimensions", "\(dimensions)",
      "\(laws) covariances of it do not fit into memory: give fewer")
    let cells = (height / stride) * (width / stride)
    try requireRoom(
      for: [4, cells, max(channels, clusters)], "stride", "\(stride)",
      "patches so close to each other do not fit into memory at \(width) x \(height): give a larger one"
    )
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
