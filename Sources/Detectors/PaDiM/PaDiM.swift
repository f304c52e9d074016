import Backbones
import Inspection
import Statistics
import Torch

/// PaDiM (Defard, Setkov, Loesch, Audigier 2021): frozen features of several scales at each position, their normal law
/// there, and the Mahalanobis distance from it.
///
/// It is fitted in one pass, and what it keeps are sums: more good images can be added later without the first ones.
public struct PaDiM: CrossFittingDetector {
  public static let name = "padim"

  /// How the features of several taps get fewer channels, since the cost of a Gaussian grows with their square.
  public enum Reduction: String, Sendable, Codable, CaseIterable {
    /// Channels drawn at random (PaDiM section 3.1): as good as principal components, and cheaper.
    case random
    /// Projections on random orthonormal directions (Kim et al. 2021, "Semi-orthogonal embedding").
    case orthogonal
    /// All channels are kept.
    case none
  }

  /// Id of the backbone whose features have a law.
  public var backbone = "efficientnet_lite0"
  /// Where the features are taken, finest first.
  public var taps: [TapChoice] = [4, 8, 16]
  /// Pixels between positions, at least: the first tap that is no finer makes the grid. Finer features are averaged over its
  /// cells, coarser ones repeated. 1 is the paper's, the grid of the finest tap.
  public var grid = 8
  /// How channels become fewer.
  public var reduction = Reduction.random
  /// Channels that the reduction keeps.
  public var channels = 100
  /// Added to the diagonal of each covariance. The paper has 0.01 (section 3.2); ours was chosen by the likelihood of good
  /// images held out, as told in the README.
  public var regularizer = 0.1
  /// Standard deviation in pixels of the Gaussian that smooths the map (section 4.2: 4).
  public var smoothing = 4.0
  /// Images whose features are computed at once.
  public var batchSize = 16

  public static let settings: [Setting] = [
    .text("backbone", "network whose features have a law"),
    .taps("taps", "where features are taken, finest first"),
    .integer("grid", 1...8192, "pixels between positions, at least; 1 for those of the finest tap"),
    .choice("reduction", Reduction.self, "how channels become fewer"),
    .integer("channels", 1...65_536, "channels that are kept"),
    .number("regularizer", above: 0, through: 1e6, "added to the diagonals of covariances"),
    .number("smoothing", 0...256, "standard deviation of the map's filter in pixels"),
    .integer("batchSize", 1...4096, "images whose features are computed at once"),
  ]

  public init() {}

  public var backboneID: String? { backbone }

  public func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
    try checkSettings(height: height, width: width)
    let chosen = try chosenTaps(taps, of: backbone)
    try require(
      zip(chosen, chosen.dropFirst()).allSatisfy { $0.stride <= $1.stride }, "taps", "\(taps)",
      "give them from the finest to the coarsest, as in 4,8,16")
    try requireSize(height: height, width: width, for: backbone)
    let deepest = chosen[chosen.count - 1].stride
    try require(
      min(height, width) >= deepest, "image size", "\(width) x \(height)",
      "both sides must be at least the deepest stride, \(deepest)")
    let total = chosen.reduce(0) { $0 + $1.channels }
    try require(
      reduction == .none || (1...total).contains(channels), "channels", "\(channels)",
      "give 1 to \(total), which \(self.backbone) has at these taps")
    let stride = chosen[gridTap(of: chosen)].stride
    let kept = reduction == .none ? total : channels
    try requireRoom(
      for: [height / stride, width / stride, kept, kept], "grid", "\(grid)",
      "a covariance of \(kept) channels at each position of \(width) x \(height) does not fit into"
        + " memory: give a coarser grid, fewer channels, or smaller images")
  }

  public func fit(on images: any TrainingImages, _ context: FitContext) throws -> FittedPaDiM {
    try throwingOutOfMemory { try learned(from: images, context) }
  }

  private func learned(from images: any TrainingImages, _ context: FitContext) throws
    -> FittedPaDiM
  {
    let embedding = try embedding(context)
    return try fitted(embedding, learning(images, with: embedding, from: nil, context))
  }

  private func embedding(_ context: FitContext) throws -> PatchEmbedding {
    let backbone = try required(context.backbone)
    let chosen = try chosenTaps(taps, of: backbone)
    let reduction = try ChannelReduction(
      reduction, of: chosen.map(\.channels), to: channels, seed: context.seed)
    return PatchEmbedding(
      backbone: backbone, taps: chosen, grid: gridTap(of: chosen), reduction: reduction)
  }

  /// Every image is a fold of its own, or every group of near-equal ones: what it has added to the sums is taken away in closed form.
  public func affordableFolds(groups: Int) -> Int { groups }

  public func fit(
    on images: any TrainingImages, folds: Folds, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> FittedPaDiM {
    try throwingOutOfMemory {
      let (embedding, store) = (try embedding(context), FeatureStore(count: images.count))
      let positions = try learning(images, with: embedding, from: nil, context) {
        try store.add($0)
      }
      let fitted = try self.fitted(embedding, positions)
      // Single images at once, so that the matrices of all positions are read once for many of them.
      let singles = folds.parts.filter { $0.count == 1 }.flatMap(\.self)
      let batches = stride(from: 0, to: singles.count, by: 32).map {
        (size: 1, images: Array(singles[$0..<min($0 + 32, singles.count)]))
      }
      let groups = folds.parts.filter { $0.count > 1 }.map { (size: $0.count, images: $0) }
      var laws: [Int: LeftOut] = [:]
      for (size, part) in batches + groups {
        let law =
          try laws[size]
          ?? lawOfTrainingImages { () throws(StatisticsError) in
            try LeftOut(positions.moments, size: size, regularizer: regularizer)
          }
        laws[size] = law
        let seen = noGrad {
          fitted.scored(
            law.distancesSquared(store[part]).to(.float32), height: images.height,
            width: images.width)
        }
        for (place, image) in part.enumerated() { try judged(image, seen[place]) }
      }
      return fitted
    }
  }

  /// Goes on from what `fitted` has learnt: the law is that of the images of both fits, to rounding.
  ///
  /// - Throws: ``InspectionError`` where the new images are of another size.
  func update(
    _ fitted: FittedPaDiM, on images: any TrainingImages, _ context: FitContext
  ) throws -> FittedPaDiM {
    let past = try PositionMoments(fitted.tensors)
    return try self.fitted(
      fitted.embedding, learning(images, with: fitted.embedding, from: past, context))
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> FittedPaDiM
  {
    let backbone = try required(backbone)
    let chosen = try chosenTaps(taps, of: backbone)
    let reduction = try ChannelReduction(
      reduction, of: chosen.map(\.channels), to: channels, restoring: tensors)
    let embedding = PatchEmbedding(
      backbone: backbone, taps: chosen, grid: gridTap(of: chosen), reduction: reduction)
    let positions = try PositionMoments(tensors)
    guard positions.moments.dimensions == reduction.count else {
      throw ParameterError(
        origin: "the bundle's tensors",
        misshapen: ["mean has \(positions.moments.dimensions) channels, not \(reduction.count)"])
    }
    return try fitted(embedding, positions)
  }

  /// Which of the taps makes the grid.
  private func gridTap(of taps: [FeatureTap]) -> Int {
    taps.firstIndex { $0.stride >= grid } ?? taps.count - 1
  }

  private func learning(
    _ images: any TrainingImages, with embedding: PatchEmbedding, from past: PositionMoments?,
    _ context: FitContext, also body: (Tensor) throws -> Void = { _ in }
  ) throws -> PositionMoments {
    var positions = past
    try images.forEachFiniteBatch(of: batchSize) { range, batch in
      let features = try inferenceMode { embedding(try batch.to(context.device)) }
      var sums = positions ?? PositionMoments(for: features)
      // Given up while it is added to, so that the sums are not copied.
      positions = nil
      try sums.add(features)
      positions = sums
      try body(features)
      try context.report(
        WorkProgress(
          stage: "features", completed: range.upperBound, total: images.count, unit: "images"))
    }
    guard let positions else {
      throw InspectionError(
        "the training images", found: "there are none", remedy: "give at least 2")
    }
    return positions
  }

  private func fitted(_ embedding: PatchEmbedding, _ positions: PositionMoments) throws
    -> FittedPaDiM
  {
    let gaussian = try lawOfTrainingImages { () throws(StatisticsError) in
      try Gaussian(positions.moments, regularizer: regularizer)
    }
    return FittedPaDiM(
      settings: self, embedding: embedding, positions: positions, gaussian: gaussian)
  }
}
