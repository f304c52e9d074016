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
  public var taps = [4, 8, 16]
  public var normalization = FeatureNormalization.Kind.position
  /// Coupling blocks of each stage.
  public var flowSteps = 4
  public var epochs = 10
  public var batchSize = 16
  /// The peak where the schedule is a cycle.
  public var learningRate = 2e-3
  public var schedule = LearningRateSchedule.oneCycle
  public var weightDecay = 1e-5

  public init() {}

  public var backboneID: String? { backbone }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    let offered = backbone?.taps.map(\.stride) ?? []
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
    try require(epochs > 0, "epochs", "\(epochs)", "give at least 1")
    try require(batchSize > 0, "batchSize", "\(batchSize)", "give at least 1")
    try require(flowSteps > 0, "flowSteps", "\(flowSteps)", "give at least 1")
    try require(
      learningRate > 0 && learningRate.isFinite, "learningRate", "\(learningRate)",
      "give a number above 0, such as 0.002")
    try require(
      weightDecay >= 0 && weightDecay.isFinite, "weightDecay", "\(weightDecay)",
      "give 0 or a small number, such as 1e-5")
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedUFlow {
    let backbone = try required(context.backbone)
    let features = try FeatureCache(
      images, backbone: backbone, strides: taps, batchSize: batchSize, context: context)
    let fresh = Parameters(seed: context.seed)
    let start = UFlowNetwork(
      fresh, settings: self, shapes: features.shapes,
      statistics: [.channel, .position].contains(normalization)
        ? features.statistics(byPosition: normalization == .position) : nil)
    features.standardize(with: start.normalization)
    // The same network again, with its parameters where the training is done.
    let parameters = Parameters(
      loading: try fresh.stateDictionary.mapValues { tensor in try tensor.to(context.device) })
    let network = UFlowNetwork(parameters, settings: self, shapes: features.shapes)
    func fitted(_ figures: [String: Double]) -> FittedUFlow {
      FittedUFlow(
        network: network, tensors: parameters.stateDictionary.mapValues { $0.detached() },
        figures: figures, backbone: backbone, strides: taps)
    }
    return fitted(
      try UFlowTrainer(settings: self, context: context)
        .train(network, parameters, on: features) { fitted([:]) })
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> FittedUFlow
  {
    let backbone = try required(backbone)
    let shapes = try taps.enumerated().map { scale, stride in
      guard let tap = backbone.taps.first(where: { $0.stride == stride }) else {
        throw InspectionError(
          "taps", found: "\(taps)", remedy: "\(self.backbone) has no stride \(stride)")
      }
      let stored = ["mean", "weight"].compactMap { tensors["normalization.\(scale).\($0)"] }
      return [tap.channels] + (stored.first?.shape.dropFirst() ?? [1, 1])
    }
    let parameters = Parameters(loading: tensors)
    let network = UFlowNetwork(parameters, settings: self, shapes: shapes)
    try parameters.verify("the bundle's tensors")
    return FittedUFlow(
      network: network, tensors: parameters.stateDictionary, figures: [:], backbone: backbone,
      strides: taps)
  }

  private func required(_ backbone: (any Backbone)?) throws -> any Backbone {
    guard let backbone else {
      throw InspectionError("uflow", found: "no backbone", remedy: "load \(self.backbone) first")
    }
    return backbone
  }
}
