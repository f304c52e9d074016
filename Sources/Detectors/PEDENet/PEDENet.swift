import Backbones
import Inspection
import Torch

/// PEDENet (Zhang, Wang, Kuo 2021): patches are embedded by a network that learns, of good images alone, where patches lie
/// beside each other and to which clusters they belong; what has a low density there is anomalous.
///
/// The abstract leaves nearly all of it open. Every default is ours; the README beside this file tells how it was measured.
public struct PEDENet: Detector {
  public static let name = "pedenet"

  /// A term of the loss.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// In which direction a neighboring patch lies, by the LP network.
    case location
    /// How unlikely embeddings are in the mixture of their batch, by the DE network's memberships. It shapes the embeddings
    /// only where it is alone, since they tend to collapse otherwise; see the README.
    case density
    /// The other reading of the paper's "sum of membership probabilities": memberships that need not sum to 1,
    /// `-log sum_k sigmoid(logit_k)`.
    case membership
  }

  /// What the embeddings of good patches are like.
  public enum Density: String, Codable, Sendable, CaseIterable {
    /// One mixture for all patches, wherever they lie.
    case mixture
    /// A normal law at each position, its covariance shrunk towards the one that all positions share: PaDiM's view of the
    /// embeddings. The DE network has no say in it.
    case positions
  }

  /// Sides of patches in pixels: 32, 64 or both. Those of 64 are made of four of 32.
  public var patchSizes = [32, 64]
  /// Of an embedding.
  public var dimensions = 32
  /// Channels of the PE network, as a factor on those of Patch-SVDD.
  public var width = 0.25
  /// Of the DE network and the mixture.
  public var clusters = 10
  /// The terms of the loss.
  public var losses = [Loss.location, .density]
  public var density = Density.mixture

  /// Side of a window in pixels; no more than the image has.
  public var window = 144
  /// Pairs of patches of each size from each window a step.
  public var pairs = 64

  /// Passes over the images, each of which gives one window a pass.
  public var epochs = 4
  /// Windows a step.
  public var batchSize = 4
  /// The peak of the cycle.
  public var learningRate = 1e-3

  /// Pixels between the patches whose energies are looked at: a divisor of 32.
  public var stride = 4

  public static let settings: [Setting] = [
    .list(
      "patchSizes", of: .integers(PatchEncoder.patchSizes), count: 1...2, isDistinct: true,
      "sides of patches in pixels"),
    .integer("dimensions", 1...1024, "of an embedding"),
    .number("width", above: 0, through: 8, "factor on the channels of Patch-SVDD"),
    .integer("clusters", 1...1024, "clusters of the mixture"),
    .list(
      "losses", of: .choice(Loss.allCases.map(\.rawValue)), count: 1...3, isDistinct: true,
      "terms of the loss"),
    .choice("density", Density.self, "law of the embeddings of good patches"),
    .integer("window", 1...ImagePreprocessing.sides.upperBound, "side of a window in pixels"),
    .integer("pairs", 1...65_536, "pairs of patches of each size from each window a step"),
    .integer("epochs", 1...100_000, "passes over the images"),
    .integer("batchSize", 1...4096, "windows a step"),
    .number("learningRate", above: 0, through: 1e30, "peak of the cycle"),
    Setting("stride", .integers([1, 2, 4, 8, 16, 32]), "pixels between patches that are judged"),
  ]

  public static let formerSettings: [String: FormerSetting] = [
    "densityWeight": .removed(1, instead: "give losses=[location] to leave the density loss out"),
    "locationWeight": .removed(1, instead: "give losses=[density] to leave the location loss out"),
    "densityShapesEmbeddings": .removedFromTraining(
      false, instead: "give losses=[density] for that"),
    "densityLoss": .removedFromTraining("energy", instead: "give losses=[location,membership]"),
    "densityStart": .removedFromTraining(0), "variancePenalty": .removedFromTraining(0),
    "locationInput": .removed("concat"), "densityInput": .removed("standardized"),
    "regularizer": .removedFromTraining(0.1), "densityRegularizer": .removed(1e-4),
    "drawing": .removedFromTraining("windows"), "placement": .removedFromTraining("inside"),
    "centering": .removed("pixel"), "colorShift": .removedFromTraining(0.02),
    "noise": .removedFromTraining(0.02),
    "schedule": .removedFromTraining("oneCycle"), "densityStride": .removedFromTraining(16),
    "shrinkage": .removed(0.25),
    "mixtureStart": .removedFromTraining("memberships"), "maximizations": .removedFromTraining(10),
    "reference": .removed("position"), "fusion": .removed("sum"),
    "scaleShare": .removedFromTraining(0),
  ]

  public init() {}

  public var backboneID: String? { nil }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    try require(
      zip(patchSizes, patchSizes.dropFirst()).allSatisfy { $0 < $1 }, "patchSizes",
      "\(patchSizes)", "give [32], [64] or [32,64]")
    try require(
      window >= leastSide, "window", "\(window)",
      "a pair of the largest patches needs at least \(leastSide) pixels")
    try require(
      min(height, width) >= leastSide, "image size", "\(width) x \(height)",
      "a pair of the largest patches needs at least \(leastSide) pixels on both sides")
    try requireRoom(height: height, width: width)
  }

  private func requireRoom(height: Int, width: Int) throws {
    let side = min(window, height, width)
    let channels = Int(128 * self.width) + dimensions
    try requireRoom(
      for: [2 * batchSize, side, side, channels], "batchSize", "\(batchSize)",
      "so many windows of \(side) pixels do not fit into memory: give fewer")
    try requireRoom(
      for: [2 * batchSize, pairs, dimensions, max(dimensions, clusters)], "pairs", "\(pairs)",
      "so many pairs do not fit into memory: give fewer")
    let cells = (height / stride) * (width / stride)
    let laws = density == .positions ? cells : clusters
    try requireRoom(
      for: [laws, dimensions, dimensions], "dimensions", "\(dimensions)",
      "\(laws) covariances of as many dimensions do not fit into memory: give fewer")
    try requireRoom(
      for: [4, cells, max(channels, clusters)], "stride", "\(stride)",
      "patches so close to each other do not fit into memory at \(width) x \(height) pixels:"
        + " give a larger stride")
  }

  /// A patch and its neighbor fit into it wherever the first one begins at the border.
  private var leastSide: Int { 2 * (patchSizes.last ?? 32) }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedPEDENet {
    let images = try PatchImages(images, batchSize: batchSize, context: context)
    let mean = images.mean
    let fresh = Parameters(seed: context.seed)
    _ = PEDENetNetwork(fresh, settings: self)
    // The same network again, with its parameters where the training is done.
    let parameters = Parameters(
      loading: try fresh.stateDictionary.mapValues { tensor in try tensor.to(context.device) })
    let network = PEDENetNetwork(parameters, settings: self)
    let trainer = PEDENetTrainer(
      settings: self, context: context,
      sampler: PatchSampler(images: images, mean: mean, seed: context.seed))
    func fitted(_ history: EpochHistory) throws -> FittedPEDENet {
      let learning = DensityLearning(
        settings: self, network: network, parameters: parameters,
        colors: PatchColors(mean: try mean.to(context.device)), context: context)
      return try learning.fitted(on: images, history)
    }
    let history = try trainer.train(network, parameters) { try fitted(EpochHistory()) }
    return try fitted(history)
  }
}

extension PEDENet: AblatableDetector {
  public static var ablations: [Ablation] {
    [
      Ablation(
        "without-location", "no LP network: the density loss alone shapes the embeddings",
        ["losses": .array([.string("density")])]),
      Ablation("without-density", "no density loss", ["losses": .array([.string("location")])]),
      Ablation(
        "membership-loss", "memberships that need not sum to 1",
        ["losses": ["location", "membership"]]),
      Ablation("patches-32", "patches of 32 alone", ["patchSizes": .array([.integer(32)])]),
      Ablation("patches-64", "patches of 64 alone", ["patchSizes": .array([.integer(64)])]),
      Ablation(
        "positions", "a normal law at each position in place of the mixture",
        ["density": .string("positions")]),
    ]
  }
}
