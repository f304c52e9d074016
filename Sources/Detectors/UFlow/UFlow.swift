import Backbones
import Inspection
import Torch

/// U-Flow (Tailanian, Musé, Pardo 2022/2024): frozen features of several scales, a U-shaped normalizing flow that learns
/// their likelihood.
///
/// The defaults are ours, for features of EfficientNet-Lite on a CPU; the README beside this file tells how they were
/// measured and what the paper's are.
public struct UFlow: Detector {
  public static let name = "uflow"

  /// Id of the backbone whose features the flow learns.
  public var backbone = "efficientnet_lite0"
  /// Strides of the features, finest first; each twice the one before.
  public var taps = [4, 8, 16, 32]
  /// Strides whose features have a flow of their own, which passes nothing up to the finer ones; one that is not among the
  /// taps counts for nothing.
  public var separateScales = [32]
  public var normalization = FeatureNormalization.Kind.whitening
  /// Coupling blocks of each stage.
  public var flowSteps = 4
  public var epochs = 4
  public var batchSize = 16
  /// The peak where the schedule is a cycle.
  public var learningRate = 2e-3
  public var schedule = LearningRateSchedule.oneCycle
  public var weightDecay = 1e-5
  /// Epochs without a better likelihood of held-out good images after which training ends; the best epoch is kept then.
  /// 0: all epochs are run, all images are learnt from and the last epoch is kept.
  public var patience = 0
  /// Share of the fitting images that is held out where there is ``patience``.
  public var validationShare = 0.1
  /// Whether activations are computed anew on the way back in place of being kept: they take no more memory with more
  /// ``flowSteps`` then, and a step takes a third to a half longer.
  public var reversible = false
  /// `mixed` is for CUDA devices alone.
  public var precision = TrainingPrecision.single
  /// What the features of the training images are kept as.
  public var cachePrecision = CachePrecision.float32
  /// MiB of features that are kept in memory, the rest goes to a temporary file; 0: half of the memory that is free.
  public var cacheBudget = 0

  /// Share of the pixels, the most anomalous ones, whose mean is an image's score; 0: the maximum, as the authors have it.
  public var topFraction = 0.01

  public static let executionSettings: Set = ["cacheBudget"]

  public static let settings: [Setting] = [
    .text("backbone", "network whose features the flow learns"),
    .list(
      "taps", of: .integer(1...1024), count: 1...16, isDistinct: true,
      "strides of the features, each twice the one before"),
    .list(
      "separateScales", of: .integer(1...1024), count: 0...16,
      "strides whose features have a flow of their own"),
    .choice("normalization", FeatureNormalization.Kind.self, "what is done to the features"),
    .integer("flowSteps", 1...256, "coupling blocks of each scale"),
    .integer("epochs", 1...100_000, "passes over the images"),
    .integer("batchSize", 1...4096, "images a step"),
    .number("learningRate", above: 0, through: 1e30, "of the optimizer, the peak of a cycle"),
    .choice("schedule", LearningRateSchedule.self, "course of the learning rate"),
    .number("weightDecay", 0...10, "of the optimizer"),
    .integer("patience", 0...100_000, "epochs without a better likelihood; 0 for all epochs"),
    .number("validationShare", 0...0.9, "share of the images that is held out for patience"),
    .flag("reversible", "whether activations are computed anew in place of being kept"),
    .choice("precision", TrainingPrecision.self, "of the training"),
    .choice("cachePrecision", CachePrecision.self, "of the features that are kept"),
    .integer("cacheBudget", 0...1 << 40, "MiB of features in memory; 0 for half of what is free"),
    .number("topFraction", 0...1, "share of the pixels whose mean is the score; 0 for the maximum"),
  ]

  public static let formerSettings: [String: FormerSetting] = [
    "apart": .renamed("separateScales"), "scoredShare": .renamed("topFraction"),
  ]

  public init() {}

  public var backboneID: String? { backbone }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    let offered = backbone?.strides ?? []
    try require(
      !taps.isEmpty && taps.allSatisfy(offered.contains), "taps", "\(taps)",
      "\(self.backbone) has strides \(offered.map(String.init).joined(separator: ", "))")
    try require(
      zip(taps, taps.dropFirst()).allSatisfy { $1 == 2 * $0 }, "taps", "\(taps)",
      "each stride must be twice the one before, as in 8,16,32")
    try requireSize(height: height, width: width, for: backbone)
    let deepest = taps[taps.count - 1]
    try require(
      height.isMultiple(of: deepest) && width.isMultiple(of: deepest), "image size",
      "\(width) x \(height)", "both sides must be multiples of the deepest stride, \(deepest)")
    try require(
      min(height, width) >= 2 * deepest, "image size", "\(width) x \(height)",
      "both sides must be at least \(2 * deepest)")
    if normalization == .whitening { try requireRoom(height: height, width: width, backbone) }
    try require(
      patience == 0 || validationShare > 0, "validationShare", "0",
      "patience watches held-out images: give a share above 0, such as 0.1, or patience=0")
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedUFlow {
    let backbone = try required(context.backbone)
    try require(
      precision == .single || context.device != .cpu, "precision", "mixed",
      "it needs a CUDA device (--device cuda); on a CPU leave it at single")
    // The authors' choice of the epoch looks at other images.
    let share = patience > 0 && context.selection == nil ? validationShare : 0
    let split = ValidationSplit(count: images.count, share: share, seed: context.seed &+ 2)
    guard !split.learning.isEmpty else {
      throw InspectionError(
        "validationShare", found: "no image is left to learn from, of \(images.count)",
        remedy: "add images, or give a smaller share", isUsage: true)
    }
    let features = try FeatureCache(
      images, backbone: backbone, strides: taps, batchSize: batchSize, precision: cachePrecision,
      budget: cacheBudget > 0 ? cacheBudget << 20 : Machine.availableMemory / 2, context: context)
    let fresh = Parameters(seed: context.seed)
    let start = UFlowNetwork(
      fresh, settings: self, shapes: features.shapes,
      statistics: try features.statistics(
        of: split.learning, for: normalization, seed: context.seed &+ 3))
    features.standardize(with: start.normalization)
    // The same network again, with its parameters where the training is done.
    let parameters = Parameters(
      loading: try fresh.stateDictionary.mapValues { tensor in try tensor.to(context.device) })
    let network = UFlowNetwork(parameters, settings: self, shapes: features.shapes)
    func fitted(
      _ state: TrainingState = TrainingState(), _ quantiles: LatentQuantiles? = nil
    ) -> FittedUFlow {
      FittedUFlow(
        network: network, tensors: parameters.stateDictionary.mapValues { $0.detached() },
        quantiles: quantiles, metrics: state.metrics, history: state.history, backbone: backbone,
        strides: taps, topFraction: topFraction)
    }
    let trainer = UFlowTrainer(
      settings: self, context: context, network: network, parameters: parameters,
      features: features, split: split)
    let state = try trainer.train { fitted() }
    return fitted(
      state,
      try LatentQuantiles(of: network, features, split, on: context.device))
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> FittedUFlow
  {
    let backbone = try required(backbone)
    let shapes = try taps.enumerated().map { scale, stride in
      guard let tap = backbone.tap(stride: stride) else {
        throw InspectionError(
          "taps", found: "\(taps)", remedy: "\(self.backbone) has no stride \(stride)")
      }
      let stored = ["mean", "weight"].compactMap { tensors["normalization.\(scale).\($0)"]?.shape }
      let places = stored.first.flatMap { $0.count == 3 ? Array($0.dropFirst()) : nil }
      return [tap.channels] + (places ?? [1, 1])
    }
    let quantiles = LatentQuantiles(tensors, scales: taps.count)
    let parameters = Parameters(loading: tensors)
    let network = UFlowNetwork(parameters, settings: self, shapes: shapes)
    try parameters.verify("the bundle's tensors", ignoring: LatentQuantiles.names.contains)
    return FittedUFlow(
      network: network, tensors: parameters.stateDictionary, quantiles: quantiles, metrics: [:],
      history: [:], backbone: backbone, strides: taps, topFraction: topFraction)
  }

  /// A matrix for each position is no small thing where channels are many.
  private func requireRoom(height: Int, width: Int, _ backbone: (any Backbone)?) throws {
    for tap in taps.compactMap({ backbone?.tap(stride: $0) }) {
      try requireRoom(
        for: [height / tap.stride, width / tap.stride, tap.channels, tap.channels],
        limit: 1 << 26, "normalization", "whitening",
        "\(self.backbone) has too many channels for it at \(width) x \(height): give"
          + " normalization=position, smaller images, or coarser taps")
    }
  }

  private func required(_ backbone: (any Backbone)?) throws -> any Backbone {
    guard let backbone else {
      throw InspectionError("uflow", found: "no backbone", remedy: "load \(self.backbone) first")
    }
    return backbone
  }
}
