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

  /// How four channels become one of twice the size, before the decoder.
  public enum Regrouping: String, Codable, Sendable, CaseIterable {
    case pixelShuffle
    /// The memory is read as another shape, which tears neighbors apart: what the released code does.
    case memory
  }

  /// What of the encoder's last features the decoder sees beside the instantiation vector.
  public enum Skip: String, Codable, Sendable, CaseIterable {
    /// All; in the compact variant nothing, since with them it lets every image through.
    case auto
    case all, none
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
  /// Whether channels are weighed after each stage of the encoder.
  public var squeezeExcitation = true
  public var pooling = PyramidPooling.Kind.channel
  /// How many of the magnifications 1, 2, 4, 8 take part.
  public var pyramidLevels = 4
  /// Of the running statistics behind the pooling; 0.95 in the released code.
  public var poolingMomentum = 0.1
  /// Iterations of the dynamic routing; 1 is without routing.
  public var routingIterations = 3
  /// Instantiation vectors, of which the longest is kept.
  public var vectors = 2
  public var vectorLength = 64
  public var skip = Skip.auto
  public var regrouping = Regrouping.pixelShuffle
  public var output = ReconstructionDecoder.Output.sigmoid
  /// The terms of the loss and of the score.
  public var losses = ReconstructionLoss.Term.allCases
  /// Whose features the perceptual term compares.
  public var perceptual = PerceptualNetwork.Kind.efficientNetLite0
  /// Strides of the features that it compares, where the network is EfficientNet-Lite0.
  public var perceptualStrides = [8, 16]
  /// Smaller images are enlarged to so many pixels for the perceptual term.
  public var perceptualSide = 32
  public var score = Score.loss
  /// Steps of the training, however many images there are. Few: a network that has learnt more lets more through.
  public var steps = 200
  public var batchSize = 32
  /// The peak where the schedule is a cycle.
  public var learningRate = 2e-3
  public var schedule = LearningRateSchedule.oneCycle
  public var weightDecay = 1e-3

  public static let settings: [Setting] = [
    .integer(
      "maximumSide", 16...ImagePreprocessing.sides.upperBound,
      "pixels that the shorter side is shrunk to"),
    .choice("encoder", EncoderKind.self, "network that looks at the images"),
    .flag("squeezeExcitation", "whether channels are weighed"),
    .choice("pooling", PyramidPooling.Kind.self, "how the pyramid pools"),
    .integer(
      "pyramidLevels", 1...PyramidPooling.magnifications.count, "magnifications that take part"),
    .number("poolingMomentum", 0...1, "of the running statistics behind the pooling"),
    .integer("routingIterations", 1...100, "of the dynamic routing"),
    .integer("vectors", 1...64, "instantiation vectors"),
    .integer("vectorLength", 1...4096, "components of an instantiation vector"),
    .choice("skip", Skip.self, "features that the decoder sees beside the vector"),
    .choice("regrouping", Regrouping.self, "how channels become pixels before the decoder"),
    .choice("output", ReconstructionDecoder.Output.self, "what bounds the reconstruction"),
    .list(
      "losses", of: .choice(ReconstructionLoss.Term.allCases.map(\.rawValue)), count: 1...3,
      isDistinct: true, "terms of the loss and of the score"),
    .choice("perceptual", PerceptualNetwork.Kind.self, "network of the perceptual term"),
    .list(
      "perceptualStrides", of: .integers(PerceptualNetwork.strides), count: 1...3,
      isDistinct: true, "strides of the features that the perceptual term compares"),
    .integer(
      "perceptualSide", 1...1024,
      "pixels that smaller images are enlarged to for the perceptual term"),
    .choice("score", Score.self, "what an image is scored by"),
    .integer("steps", 1...10_000_000, "of the training"),
    .integer("batchSize", 2...4096, "images a step"),
    .number("learningRate", above: 0, through: 1e30, "of the optimizer, the peak of a cycle"),
    .choice("schedule", LearningRateSchedule.self, "course of the learning rate"),
    .number("weightDecay", 0...10, "of the optimizer"),
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
    let shorter = min(seen.height, seen.width)
    let longer = max(seen.height, seen.width) * max(shorter, perceptualSide) / shorter
    try require(
      ImagePreprocessing.sides.contains(longer), "perceptualSide", "\(perceptualSide)",
      "\(seen.width) x \(seen.height) pixels would be enlarged to a side of \(longer): give a"
        + " smaller one")
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
    let start = try PIADEStart(self, height: height, width: width, context)
    let parameters = Parameters(
      loading: try start.tensors.mapValues { tensor in try tensor.to(context.device) })
    let model = PIADEModel(parameters, self, height: height, width: width)
    return try PIADETrainer(settings: self, context: context)
      .train(model, parameters, on: images) { metrics in
        FittedPIADE(
          settings: self, model: model,
          tensors: parameters.stateDictionary.mapValues { $0.detached() }, metrics: metrics)
      }
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
      settings: self, model: model, tensors: parameters.stateDictionary, metrics: [:])
  }
}
