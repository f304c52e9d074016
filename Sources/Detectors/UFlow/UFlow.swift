import Backbones
import Inspection
import Torch

/// U-Flow (Tailanian, Musé, Pardo 2022/2024): frozen features of several scales, a U-shaped normalizing flow that learns
/// their likelihood.
///
/// The defaults are ours, for features of EfficientNet-Lite on a CPU; the README beside this file tells how they were
/// measured and what the paper's are.
public struct UFlow: CrossFittingDetector {
  public static let name = "uflow"

  /// What brings the features of every scale to a common size before the flow.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// Mean and deviation of each channel over the training features.
    case channel
    /// Mean of each channel at each position, and deviation of each channel about it: where things look alike at a
    /// place, only what differs there is left to the flow.
    case position
    /// Mean and covariance of the channels at each position: the flow begins where a Gaussian model of each position ends.
    case whitening
    /// The paper's, for ResNets: each image's features are standardized over channels and positions together, then scaled
    /// and shifted element by element; scale and shift are learnt with the flow.
    case layer
    /// None: the paper's, for features that a backbone has normalized itself, as MS-CaiT does.
    case none
  }

  /// Id of the backbone whose features the flow learns.
  public var backbone = "efficientnet_lite0"
  /// Where the features are taken, finest first; each stride is twice the one before.
  public var taps: [TapChoice] = [4, 8, 16, 32]
  /// Strides whose features have a flow of their own, which passes nothing up to the finer ones; one that no tap has counts
  /// for nothing.
  public var separateScales = [32]
  /// What is done to the features before the flow.
  public var normalization = Normalization.whitening
  /// Coupling blocks of each stage.
  public var flowSteps = 4
  /// Passes over the images.
  public var epochs = 4
  /// Images a step.
  public var batchSize = 16
  /// The peak where the schedule is a cycle.
  public var learningRate = 2e-3
  /// How the learning rate changes from step to step.
  public var schedule = LearningRateSchedule.oneCycle
  /// Epochs without a better likelihood of held-out good images, a tenth of all, after which training ends; the best epoch is
  /// kept then. 0: all epochs are run, all images are learnt from and the last epoch is kept.
  public var patience = 0
  /// Whether activations are computed again on the way back instead of being kept: then they take no more memory with more
  /// ``flowSteps``, and a step takes a third to a half longer.
  public var reversible = false
  /// MiB of features that are kept in memory, the rest goes to a temporary file; 0: half of the memory that is free.
  public var cacheBudget = 0

  /// An image's score is the mean over this share of its pixels, the most anomalous ones; 0: the maximum, as in the authors'
  /// code.
  public var topFraction = 0.01

  /// Share of the fitting images that is held out where there is ``patience``.
  private static let heldOutShare = 0.1

  public static let executionSettings: Set = ["cacheBudget"]

  public static let settings: [Setting] = [
    .text("backbone", "network whose features the flow learns"),
    .taps("taps", "where features are taken, each stride twice the one before"),
    .list(
      "separateScales", of: .integer(1...1024), count: 0...16,
      "strides whose features have a flow of their own"),
    .choice("normalization", Normalization.self, "what is done to the features"),
    .integer("flowSteps", 1...256, "coupling blocks of each scale"),
    .integer("epochs", 1...100_000, "passes over the images"),
    .integer("batchSize", 1...4096, "images a step"),
    .number("learningRate", above: 0, through: 1e30, "step size, at the peak of a cycle"),
    .choice("schedule", LearningRateSchedule.self, "course of the learning rate"),
    .integer("patience", 0...100_000, "epochs without a better likelihood; 0 for all epochs"),
    .flag("reversible", "whether activations are computed again instead of being kept in memory"),
    .integer("cacheBudget", 0...1 << 40, "MiB of features in memory; 0 for half of what is free"),
    .number("topFraction", 0...1, "share of the pixels whose mean is the score; 0 for the maximum"),
  ]

  public static let formerSettings: [String: FormerSetting] = [
    "apart": .renamed("separateScales"), "scoredShare": .renamed("topFraction"),
    "weightDecay": .removedFromTraining(1e-5), "validationShare": .removedFromTraining(0.1),
    "precision": .removedFromTraining("single"), "cachePrecision": .removedFromTraining("float32"),
  ]

  public init() {}

  public var backboneID: String? { backbone }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    let chosen = try chosenTaps(taps, of: backbone)
    try require(
      zip(chosen, chosen.dropFirst()).allSatisfy { $1.stride == 2 * $0.stride }, "taps", "\(taps)",
      "each stride must be twice the one before, as in 8,16,32")
    try requireSize(height: height, width: width, for: backbone)
    let deepest = chosen[chosen.count - 1].stride
    try require(
      height.isMultiple(of: deepest) && width.isMultiple(of: deepest), "image size",
      "\(width) x \(height)", "both sides must be multiples of the deepest stride, \(deepest)")
    try require(
      min(height, width) >= 2 * deepest, "image size", "\(width) x \(height)",
      "both sides must be at least \(2 * deepest)")
    if normalization == .whitening { try requireRoom(height: height, width: width, chosen) }
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedUFlow {
    try throwingOutOfMemory { try learned(from: images, nil, context) { _, _ in } }
  }

  /// A flow for each costs the steps of a training.
  public func affordableFolds(groups: Int) -> Int { FlowFolds.count(groups: groups) }

  public func fit(
    on images: any TrainingImages, folds: Folds, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> FittedUFlow {
    try throwingOutOfMemory { try learned(from: images, folds, context, judged: judged) }
  }

  private func learned(
    from images: any TrainingImages, _ folds: Folds?, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> FittedUFlow {
    let backbone = try required(context.backbone)
    let chosen = try chosenTaps(taps, of: backbone)
    guard images.count > 0 else {
      throw InspectionError("the training images", found: "there are none", remedy: "give some")
    }
    // The authors' choice of the epoch looks at other images.
    let share = patience > 0 && context.selection == nil ? Self.heldOutShare : 0
    let split = ValidationSplit(count: images.count, share: share, seed: context.seed &+ 2)
    guard !split.learning.isEmpty else {
      throw InspectionError(
        "patience", found: "no image is left to learn from, of \(images.count)",
        remedy: "add images, or give patience=0", isUsage: true)
    }
    let features = try FeatureCache(
      images, backbone: backbone, taps: chosen, batchSize: batchSize,
      budget: cacheBudget > 0 ? cacheBudget << 20 : Machine.availableMemory / 2, context: context)
    let fresh = Parameters(seed: context.seed)
    let start = UFlowNetwork(
      fresh, settings: self, strides: chosen.map(\.stride), shapes: features.shapes,
      statistics: try features.statistics(
        of: split.learning, groups: folds?.groups, for: normalization, seed: context.seed &+ 3))
    features.standardize(with: start.normalization)
    // Adam writes to the parameters in place.
    let initial = folds.map { _ in fresh.stateDictionary.mapValues { $0.detached().cloned() } }
    // The same network again, with its parameters where the training is done.
    let parameters = Parameters(
      loading: try fresh.stateDictionary.mapValues { tensor in try tensor.to(context.device) })
    let network = UFlowNetwork(
      parameters, settings: self, strides: chosen.map(\.stride), shapes: features.shapes)
    func fitted(
      _ history: EpochHistory = EpochHistory(), _ quantiles: LatentQuantiles? = nil
    ) -> FittedUFlow {
      FittedUFlow(
        network: network, tensors: parameters.stateDictionary.mapValues { $0.detached() },
        quantiles: quantiles, metrics: history.metrics, history: history.values, backbone: backbone,
        taps: chosen, topFraction: topFraction)
    }
    let trainer = UFlowTrainer(
      settings: self, context: context, network: network, parameters: parameters,
      features: features, split: split)
    let history = try trainer.train { fitted() }
    let final = fitted(
      history, try LatentQuantiles(of: network, features, split, on: context.device))
    if let folds, let initial {
      try FlowFolds(
        settings: self, context: context, features: features, initial: initial,
        strides: chosen.map(\.stride), final: final, height: images.height, width: images.width
      ).judge(folds, judged)
    }
    return final
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> FittedUFlow
  {
    let backbone = try required(backbone)
    let chosen = try chosenTaps(taps, of: backbone)
    let shapes = chosen.enumerated().map { scale, tap in
      let stored = ["mean", "weight"].compactMap { tensors["normalization.\(scale).\($0)"]?.shape }
      let places = stored.first.flatMap { $0.count == 3 ? Array($0.dropFirst()) : nil }
      return [tap.channels] + (places ?? [1, 1])
    }
    let quantiles = LatentQuantiles(tensors, scales: taps.count)
    let parameters = Parameters(loading: tensors)
    let network = UFlowNetwork(
      parameters, settings: self, strides: chosen.map(\.stride), shapes: shapes)
    try parameters.verify("the bundle's tensors", ignoring: LatentQuantiles.names.contains)
    // Anything else would gather channels that are not there.
    for block in network.flow.stages.joined() {
      let order = block.permutation.array(of: Int64.self).sorted()
      guard order.elementsEqual(0..<Int64(block.channels)) else {
        throw ParameterError(origin: "the bundle's tensors", misshapen: ["permutation"])
      }
    }
    return FittedUFlow(
      network: network, tensors: parameters.stateDictionary, quantiles: quantiles, metrics: [:],
      history: [:], backbone: backbone, taps: chosen, topFraction: topFraction)
  }

  /// A matrix for each position is no small thing where channels are many.
  private func requireRoom(height: Int, width: Int, _ taps: [FeatureTap]) throws {
    for tap in taps {
      try requireRoom(
        for: [height / tap.stride, width / tap.stride, tap.channels, tap.channels],
        limit: 1 << 26, "normalization", "whitening",
        "\(self.backbone) has too many channels for it at \(width) x \(height): give"
          + " normalization=position, smaller images, or coarser taps")
    }
  }
}
