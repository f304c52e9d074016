import Backbones
import Inspection
import Torch

/// AnomalyHop (Zhang, Wang, Wang, Kuo 2021): channel-wise Saab features of growing neighborhoods, Gaussians of good ones.
/// No network, nothing pretrained, no gradient.
///
/// The defaults are ours, the same for every product; the presets `anomalyhop/mvtec/CATEGORY` are those that the authors published.
/// It computes on the CPU, whatever the device.
public struct AnomalyHop: CrossFittingDetector {
  public static let name = "anomalyhop"

  /// Side of each hop's neighborhood.
  public var kernels = [5, 5, 3]
  /// AC components of each node of each hop.
  public var components = [3, 3, 3]
  /// A channel goes on to the next hop where its energy is above it.
  public var energyThreshold = 0.125
  /// What the features of a good image are compared with.
  public var model = NormalityModel.automatic
  /// Weight of each hop in the map; a hop of weight 0 only serves those after it. None: weights follow from the likelihood of
  /// good images that the Gaussians have not seen, which also scale the maps.
  public var weights: [Double] = []
  /// Added to the diagonals of covariances.
  public var regularizer = 0.01
  /// Standard deviation of the filter that smooths the maps, in pixels.
  public var smoothing = 4.0

  public static let settings: [Setting] = [
    .list("kernels", of: .integer(2...15), count: 1...16, "side of each hop's neighborhood"),
    .list(
      "components", of: .integer(1...225), count: 1...16, "AC components of each node of each hop"),
    .number("energyThreshold", 0...0.99, "energy above which a channel goes on to the next hop"),
    .choice("model", NormalityModel.self, "law of the features"),
    .list(
      "weights", of: .number(0...1e6, isOpen: false), count: 0...16,
      "weight of each hop in the map; none for weights by the likelihood"),
    .number("regularizer", above: 0, through: 1e6, "added to the diagonals of covariances"),
    .number("smoothing", 0...64, "standard deviation of the map's filter in pixels"),
  ]

  public init() {}

  public var backboneID: String? { nil }

  /// As the authors have them: maximum pooling by 2 before all hops but the first, windows at every place.
  package var hops: [SaabHop] {
    zip(kernels, components).enumerated().map { index, hop in
      SaabHop(window: hop.0, components: hop.1, pooling: index == 0 ? 1 : 2)
    }
  }

  /// The hops that the map is made of, from 0.
  var activeHops: [Int] {
    kernels.indices.filter { weights.isEmpty || weights[$0] > 0 }
  }

  /// Those, and all before them.
  var neededHops: [SaabHop] { Array(hops.prefix((activeHops.last ?? 0) + 1)) }

  var rule: EnergyRule { .anomalyHop(threshold: energyThreshold) }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    try require(
      components.count == kernels.count, "components", "\(components)",
      "give one number for each of the \(kernels.count) hops")
    for (kernel, count) in zip(kernels, components) {
      try require(
        (1...kernel * kernel).contains(count), "components", "\(components)",
        "a window of \(kernel) x \(kernel) has 1 to \(kernel * kernel)")
    }
    try require(
      weights.isEmpty || weights.count == kernels.count, "weights", "\(weights)",
      "give one for each of the \(kernels.count) hops, or none: []")
    try require(
      weights.isEmpty || weights.contains { $0 > 0 }, "weights", "\(weights)",
      "give at least one that is above 0")
    for side in [height, width] {
      _ = try hops.enumerated().reduce(side) { side, hop in
        let next = hop.element.side(side)
        try require(
          next > 0, "image size", "\(width) x \(height)",
          "too small for hop \(hop.offset + 1): enlarge the images, or give fewer or smaller kernels"
        )
        return next
      }
    }
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedAnomalyHop {
    try throwingOutOfMemory { try learned(from: images, context) }
  }

  /// Every image is a fold of its own, or every group of near-equal ones: what it has added to the Gaussians is taken away. The
  /// kernels, which describe small neighborhoods of all images, have seen it; so have weights and ranges.
  public func affordableFolds(groups: Int) -> Int { groups }

  public func fit(
    on images: any TrainingImages, folds: Folds, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> FittedAnomalyHop {
    try throwingOutOfMemory {
      let learning = try learning(from: images, context)
      let fitted = try learning.fitted()
      try learning.judge(folds, by: fitted, judged)
      return fitted
    }
  }

  private func learned(from images: any TrainingImages, _ context: FitContext) throws
    -> FittedAnomalyHop
  {
    try learning(from: images, context).fitted()
  }

  private func learning(from images: any TrainingImages, _ context: FitContext) throws
    -> AnomalyHopLearning
  {
    let batchSize = Self.batchSize(of: images.count)
    let store = MapStore { try images.forEachFiniteBatch(of: batchSize, $0) }
    let transform = try SaabTransform.fit(
      neededHops, rule: rule, on: store, count: images.count, report: context.report)
    return AnomalyHopLearning(
      settings: self, transform: transform, images: store, count: images.count,
      height: images.height, width: images.width, context: context)
  }

  /// Many, since each batch passes through all sums; few enough that a fifth of the batches can be held out.
  static func batchSize(of count: Int) -> Int { max(1, min(16, count / 5)) }
}

/// What the features of a good image are compared with.
public enum NormalityModel: String, Codable, Sendable, CaseIterable {
  /// A Gaussian of each position: for objects that lie alike in all images.
  case locationAware
  /// One Gaussian of all positions: for textures.
  case locationIndependent
  /// One Gaussian of all positions of the image itself: for textures that differ from image to image.
  case selfReference
  /// Location-aware or location-independent, whichever makes good images that it has not seen more likely.
  case automatic
}

extension NormalityModel {
  /// Whether there is a Gaussian of each position; nil where good images have none.
  var byPosition: Bool? {
    switch self {
    case .locationAware, .automatic: true
    case .locationIndependent: false
    case .selfReference: nil
    }
  }
}
