import Backbones
import Inspection
import Torch

/// AnomalyHop (Zhang, Wang, Wang, Kuo 2021): channel-wise Saab features of growing neighborhoods, Gaussians of good ones.
/// No network, nothing pretrained, no gradient.
///
/// The defaults are ours, the same for every product; ``presets`` has those that the authors published for each category.
/// It computes on the CPU, whatever the device.
public struct AnomalyHop: Detector {
  public static let name = "anomalyhop"

  /// Side of each hop's neighborhood.
  public var kernels = [5, 5, 3]
  /// AC components of each node of each hop.
  public var components = [3, 3, 3]
  /// A channel goes on to the next hop where its energy is above it.
  public var energyThreshold = 0.125
  public var model = NormalityModel.automatic
  /// Of each hop in the map; a hop of weight 0 is there for those after it alone. None: each by the likelihood, and scaled by
  /// good images that its Gaussians have not seen.
  public var weights: [Double] = []
  /// Added to the diagonals of covariances.
  public var regularizer = 0.01
  /// Standard deviation of the filter that smooths the maps, in pixels.
  public var smoothing = 4.0

  public init() {}

  public var backboneID: String? { nil }

  /// As the authors have them: maximum pooling by 2 before all hops but the first, windows at every place.
  public var hops: [SaabHop] {
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
    try require(
      !kernels.isEmpty && kernels.allSatisfy { (2...15).contains($0) }, "kernels", "\(kernels)",
      "give one side from 2 to 15 for each hop, as in [5,5,3]")
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
      weights.allSatisfy { $0 >= 0 && $0.isFinite }
        && (weights.isEmpty || weights.contains { $0 > 0 }),
      "weights", "\(weights)", "give numbers from 0, of which one at least is above it")
    try require(
      energyThreshold >= 0 && energyThreshold < 1, "energyThreshold", "\(energyThreshold)",
      "give at least 0 and less than 1, such as 0.125")
    try require(
      regularizer > 0 && regularizer.isFinite, "regularizer", "\(regularizer)",
      "give a number above 0, such as 0.01")
    try require(
      smoothing >= 0 && smoothing <= 64, "smoothing", "\(smoothing)", "give 0 to 64 pixels")
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
    let batchSize = Self.batchSize(of: images.count)
    let store = MapStore { try images.forEachBatch(of: batchSize, $0) }
    let transform = try SaabTransform.fit(
      neededHops, rule: rule, on: store, count: images.count, report: context.report)
    let learning = AnomalyHopLearning(
      settings: self, transform: transform, images: store, count: images.count,
      height: images.height, width: images.width, context: context)
    return try learning.fitted()
  }

  /// Many, since each batch passes through all sums; few enough that a fifth of the batches can be held out.
  static func batchSize(of count: Int) -> Int { max(1, min(16, count / 5)) }
}
