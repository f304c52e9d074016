import Backbones
import Inspection
import Statistics
import Torch

/// The plainest of baselines (Rippel, Mertens, Merhof 2021, "Modeling the distribution of normal data in pre-trained deep
/// features"): the means over the image of frozen features, their normal law, and the Mahalanobis distance from it.
///
/// It says whether an image is anomalous, not where.
public struct PooledGaussian: CrossFittingDetector {
  public static let name = "gaussian"

  /// Id of the backbone whose features have a law.
  public var backbone = "efficientnet_lite0"
  /// Where the features are taken.
  public var taps: [TapChoice] = [4, 8, 16]
  /// Added to the diagonal of the covariance, as a share of the mean variance.
  public var regularizer = 1e-3
  /// Smaller images are enlarged to so many pixels, since backbones learnt from large ones.
  public var minimumSide = 64
  /// Images whose features are computed at once.
  public var batchSize = 16

  public static let settings: [Setting] = [
    .text("backbone", "network whose features have a law"),
    .taps("taps", "where features are taken"),
    .number(
      "regularizer", above: 0, through: 1e6, "added to the covariance, as a share of the variance"),
    .integer("minimumSide", 1...2048, "pixels that smaller images are enlarged to"),
    .integer("batchSize", 1...4096, "images whose features are computed at once"),
  ]

  public init() {}

  public var backboneID: String? { backbone }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    _ = try chosenTaps(taps, of: backbone)
    let shorter = min(height, width)
    let longer = max(height, width) * max(shorter, minimumSide) / shorter
    try require(
      ImagePreprocessing.sides.contains(longer), "minimumSide", "\(minimumSide)",
      "\(width) x \(height) pixels would be enlarged to a side of \(longer): give a smaller one")
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws
    -> FittedPooledGaussian
  {
    try throwingOutOfMemory {
      try learning(
        from: images, starting: nil, pooling(context.backbone), device: context.device,
        context.report)
    }
  }

  /// Every image is a fold of its own, or every group of near-equal ones: a covariance is soon factorized.
  public func affordableFolds(groups: Int) -> Int { groups }

  public func fit(
    on images: any TrainingImages, folds: Folds, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> FittedPooledGaussian {
    try throwingOutOfMemory {
      let pooling = try pooling(context.backbone)
      var features: [Tensor] = []
      let fitted = try learning(
        from: images, starting: nil, pooling, device: context.device, context.report
      ) { features.append($0) }
      let all = Tensor.concatenate(features)
      for part in folds.parts {
        let samples = all.selecting(Tensor(part))
        var own = Moments(groups: 1, dimensions: pooling.channels, device: context.device)
        own.add(samples)
        let others = try self.fitted(fitted.moments.removing(own), pooling)
        for (place, image) in part.enumerated() {
          try judged(
            image,
            others.scored(
              samples[place..<place + 1], height: images.height, width: images.width))
        }
      }
      return fitted
    }
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws
    -> FittedPooledGaussian
  {
    let moments = try Moments(tensors, origin: "the bundle's tensors")
    let pooling = try pooling(backbone)
    guard moments.groups == 1, moments.dimensions == pooling.channels else {
      throw ParameterError(
        origin: "the bundle's tensors",
        misshapen: ["mean is \(moments.mean.shape), not \([1, pooling.channels])"])
    }
    return try fitted(moments, pooling)
  }

  /// Adds the images' features to `past`, or to nothing.
  func learning(
    from images: any TrainingImages, starting past: Moments?, _ pooling: FeaturePooling,
    device: Device, _ report: (WorkProgress) throws -> Void, also body: (Tensor) -> Void = { _ in }
  ) throws -> FittedPooledGaussian {
    var moments = past ?? Moments(groups: 1, dimensions: pooling.channels, device: device)
    try images.forEachFiniteBatch(of: batchSize) { range, batch in
      let features = try inferenceMode { pooling(try batch.to(device)).unsqueezed(1) }
      moments.add(features)
      body(features)
      try report(
        WorkProgress(
          stage: "features", completed: range.upperBound, total: images.count, unit: "images"))
    }
    return try fitted(moments, pooling)
  }

  private func fitted(_ moments: Moments, _ pooling: FeaturePooling) throws
    -> FittedPooledGaussian
  {
    let gaussian = try lawOfTrainingImages { () throws(StatisticsError) in
      let covariance = try moments.covariance()
      let identity = Tensor.identity(moments.dimensions, dtype: .float64)
        .moved(to: covariance.device)
      let variance = (covariance * identity).sum().item() / Double(moments.dimensions)
      return try Statistics.Gaussian(moments, regularizer: regularizer * variance)
    }
    return FittedPooledGaussian(
      settings: self, moments: moments, gaussian: gaussian, pooling: pooling)
  }

  private func pooling(_ backbone: (any Backbone)?) throws -> FeaturePooling {
    FeaturePooling(
      backbone: try required(backbone), taps: try chosenTaps(taps, of: backbone),
      minimumSide: minimumSide)
  }
}
