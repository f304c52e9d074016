import Backbones
import Inspection
import Torch

/// PIADE (Mishra, Piciarelli, Foresti 2020): an auto-encoder over pyramid-pooled features, whose dynamic routing squeezes what it
/// sees into a few instantiation vectors; what it cannot reconstruct is anomalous.
///
/// The defaults are ours, for small images on a CPU; the README beside this file tells how they were found, and which settings
/// are the released code's (the presets `piade/released` and `piade/figure`).
public struct PIADE: Detector {
  public static let name = "piade"

  /// Whose details are followed where ours and the released code's differ.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// Features are regrouped by a pixel shuffle, reconstructions end in a sigmoid, running statistics behind the pooling
    /// have momentum 0.1, and the perceptual term compares features of EfficientNet-Lite0.
    case ours
    /// Features are regrouped by reading their memory as another shape, which tears neighbors apart; reconstructions end in
    /// tanh; the momentum is 0.95; the perceptual term compares features of VGG-11.
    case released
  }

  /// How features are pooled before the capsules.
  public enum Pooling: String, Codable, Sendable, CaseIterable {
    /// At each magnification p the mean over the image, with C / p channels: what the released code does.
    case channel
    /// Means over the cells of a grid of 4 / p, at least 1, with C / 8 channels: what the paper's figure shows. The number of
    /// channels is ours, so that capsules do not multiply.
    case spatial
  }

  /// A term of the loss.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// Squared differences.
    case mse
    /// Structural similarity, with a minus.
    case ssim
    /// The distance of features of a frozen network.
    case perceptual
  }

  /// What an image is scored by.
  public enum Score: String, Codable, Sendable, CaseIterable {
    /// The loss, as the paper does.
    case loss
    /// How unusual the errors are among those of the training images: the Mahalanobis distance of the squared differences, the
    /// structural similarity and, of each feature, the mean difference over the image.
    case whitened
  }

  /// Larger images are shrunk until their shorter side has so many pixels.
  public var maximumSide = 64
  public var encoder = EncoderKind.auto
  public var form = Form.ours
  public var pooling = Pooling.channel
  /// The terms of the loss and of the score.
  public var losses = Loss.allCases
  public var score = Score.loss
  /// Steps of the training, however many images there are. Few: a network that has learnt more lets more through.
  public var steps = 200
  /// Images a step.
  public var batchSize = 32
  /// The peak where the schedule is a cycle.
  public var learningRate = 2e-3
  public var schedule = LearningRateSchedule.oneCycle

  public static let settings: [Setting] = [
    .integer(
      "maximumSide", 16...ImagePreprocessing.sides.upperBound,
      "pixels that the shorter side of larger images is shrunk to"),
    .choice("encoder", EncoderKind.self, "network that looks at the images"),
    .choice("form", Form.self, "whose details are followed"),
    .choice("pooling", Pooling.self, "how features are pooled before the capsules"),
    .list(
      "losses", of: .choice(Loss.allCases.map(\.rawValue)), count: 1...3, isDistinct: true,
      "terms of the loss and of the score"),
    .choice("score", Score.self, "what an image is scored by"),
    .integer("steps", 1...10_000_000, "steps of the training"),
    .integer("batchSize", 2...4096, "images a step"),
    .number("learningRate", above: 0, through: 1e30, "step size, at the peak of a cycle"),
    .choice("schedule", LearningRateSchedule.self, "course of the learning rate"),
  ]

  public static let formerSettings: [String: FormerSetting] = [
    "squeezeExcitation": .removed(true), "pyramidLevels": .removed(4),
    "routingIterations": .removed(3), "vectors": .removed(2), "vectorLength": .removed(64),
    "skip": .removed("auto"), "perceptualStrides": .removed([8, 16]),
    "weightDecay": .removedFromTraining(1e-3),
    "poolingMomentum": .grouped("form", values: [(0.1, "ours"), (0.95, "released")]),
    "regrouping": .grouped("form", values: [("pixelShuffle", "ours"), ("memory", "released")]),
    "output": .grouped("form", values: [("sigmoid", "ours"), ("tanh", "released")]),
    "perceptual": .grouped(
      "form", values: [("efficientnet_lite0", "ours"), ("vgg11", "released")]),
    "perceptualSide": .grouped("form", values: [(32, "ours"), (1, "released")]),
  ]

  public init() {}

  /// Its networks are trained on, or come with the model.
  public var backboneID: String? { nil }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    try require(
      min(height, width) >= 16, "image size", "\(width) x \(height)",
      "both sides must be at least 16")
    let seen = seenSize(height: height, width: width)
    try requireRoom(
      for: [batchSize, seen.height, seen.width, 64], "batchSize", "\(batchSize)",
      "so many images of \(seen.width) x \(seen.height) pixels do not fit into memory: give fewer")
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedPIADE {
    guard images.count > 1 else {
      throw InspectionError(
        "the training images", found: "\(images.count)", remedy: "give at least 2")
    }
    let (height, width) = seenSize(height: images.height, width: images.width)
    let start = try PIADEModel.start(self, height: height, width: width, context)
    let parameters = Parameters(
      loading: try start.mapValues { tensor in try tensor.to(context.device) })
    let model = PIADEModel(parameters, self, height: height, width: width)
    func fitted(_ history: EpochHistory) -> FittedPIADE {
      FittedPIADE(
        settings: self, model: model,
        tensors: parameters.stateDictionary.mapValues { $0.detached() },
        metrics: history.metrics, history: history.values)
    }
    let trainer = PIADETrainer(settings: self, context: context)
    return fitted(
      try trainer.train(model, parameters, on: images) { fitted(EpochHistory()) })
  }

  /// The size that images of a size are shrunk to.
  func seenSize(height: Int, width: Int) -> (height: Int, width: Int) {
    let shorter = min(height, width)
    guard shorter > maximumSide else { return (height, width) }
    let shrunk = { (side: Int) in (side * maximumSide + shorter / 2) / shorter }
    return (shrunk(height), shrunk(width))
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> FittedPIADE
  {
    let parameters = Parameters(loading: tensors)
    let size = tensors["size"].flatMap { size in
      size.shape == [2] && size.dtype == .int64 ? size.array(of: Int64.self).map(Int.init) : nil
    }
    guard let size, size.allSatisfy({ ImagePreprocessing.sides.contains($0) }) else {
      throw ParameterError(origin: "the bundle's tensors", missing: ["size"])
    }
    let model = PIADEModel(parameters, self, height: size[0], width: size[1])
    try parameters.verify("the bundle's tensors")
    return FittedPIADE(
      settings: self, model: model, tensors: parameters.stateDictionary, metrics: [:],
      history: [:])
  }
}

extension PIADE {
  /// Settings of the authors by name, for images of 120 x 120 pixels.
  static let presets: [String: PIADE] = {
    var released = PIADE()
    released.maximumSide = 120
    released.encoder = .resNet50
    released.form = .released
    released.steps = 1600
    released.batchSize = 60
    released.learningRate = 1e-3
    released.schedule = .constant
    var figure = released
    figure.encoder = .resNet18
    figure.pooling = .spatial
    return ["released": released, "figure": figure]
  }()
}

extension PIADE: AblatableDetector {
  public static var ablations: [Ablation] {
    [
      Ablation("spatial", "means over the cells of grids", ["pooling": .string("spatial")]),
      Ablation("mse", "squared differences alone", ["losses": ["mse"]]),
      Ablation("ssim", "structural similarity alone", ["losses": ["ssim"]]),
      Ablation("perceptual", "the perceptual term alone", ["losses": ["perceptual"]]),
      Ablation("mse-ssim", "without the perceptual term", ["losses": ["mse", "ssim"]]),
    ]
  }
}
