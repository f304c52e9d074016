import Inspection
import Statistics
import Torch

/// AnomalyHop with kernels and Gaussians learnt from good images.
public struct FittedAnomalyHop: FittedDetector {
  public let transform: SaabTransform
  public let metrics: [String: Double]
  public let tensors: [String: Tensor]
  /// The hops that the map is made of, from 0.
  public let hops: [Int]
  private let settings: AnomalyHop
  private let laws: [HopLaw]
  private let fusion: HopFusion

  init(
    settings: AnomalyHop, transform: SaabTransform, laws: [HopLaw], weights: [Double],
    ranges: [ClosedRange<Double>], tensors: [String: Tensor], metrics: [String: Double]
  ) {
    self.settings = settings
    self.transform = transform
    self.laws = laws
    self.tensors = tensors
    self.metrics = metrics
    hops = settings.activeHops
    fusion = HopFusion(weights: weights, ranges: ranges, smoothing: settings.smoothing)
  }

  /// The features `[N, C, h, w]` at each of ``hops``, of preprocessed images.
  public func features(_ images: Tensor) -> [Tensor] {
    let all = transform(images.moved(to: .cpu))
    return hops.map { all[$0] }
  }

  /// Squared Mahalanobis distances, which are chi-square where features are normal.
  public func score(_ images: Tensor) -> ScoredBatch {
    let evidence = Evidence(
      scales: zip(hops, zip(features(images), laws)).map { hop, pair in
        let (features, law) = pair
        return Evidence.Scale(
          statistic: law.distancesSquared(features),
          null: .chiSquare(degreesOfFreedom: features.shape[1]), name: name(of: hop))
      })
    return ScoredBatch(
      evidence: evidence,
      maps: fusion(evidence, height: images.shape[2], width: images.shape[3]))
  }

  private func name(of hop: Int) -> String {
    "hop \(hop + 1), \(transform.neighborhoods[hop]) px"
  }

  /// The AC kernels of every hop.
  public var diagnostics: [Diagnostic] {
    transform.units.enumerated().map { hop, unit in
      let (nodes, side) = (unit.nodes, unit.hop.window)
      let kernels = unit.kernels.slice(1, 1..<unit.kernels.shape[1])
      // One picture for each channel that a node takes.
      let tiles = kernels.reshaped(nodes, kernels.shape[1], -1, side, side).permuted(1, 0, 2, 3, 4)
      return Diagnostic(
        heading: "Kernels of \(name(of: hop))",
        note: "A column for each channel that the hop takes, a row for each component, those that "
          + "vary most first.",
        tiles: tiles.reshaped(kernels.shape[1], -1, side, side))
    }
  }

  /// What one hop has to say against images.
  public struct Part {
    /// From 0.
    public let hop: Int
    /// Side of the neighborhoods that the hop describes, in pixels.
    public let neighborhood: Int
    /// What it adds to the anomaly maps, `[N, height, width]`: where its part is the largest, it raises the alarm.
    public let maps: Tensor
  }

  /// The anomaly maps by hop: their sum is that of ``score(_:)``.
  public func parts(_ evidence: Evidence, height: Int, width: Int) -> [Part] {
    zip(hops, fusion.parts(evidence, height: height, width: width)).map { hop, maps in
      Part(hop: hop, neighborhood: transform.neighborhoods[hop], maps: maps)
    }
  }
}

extension FittedAnomalyHop: UpdatableDetector {
  /// The Gaussians of all images, old and new. The kernels stay, and so do the ranges of the maps.
  public func updated(
    with images: any TrainingImages, report: (WorkProgress) throws -> Void
  ) throws -> FittedAnomalyHop {
    guard settings.model != .selfReference else { return self }
    var sums = try settings.sums(in: tensors)
    try images.forEachBatch(of: AnomalyHop.batchSize(of: images.count)) { range, batch in
      noGrad { sums.add(features(batch)) }
      try report(
        WorkProgress(
          stage: "Gaussians", completed: range.upperBound, total: images.count, unit: "images"))
    }
    return FittedAnomalyHop(
      settings: settings, transform: transform, sums: sums,
      laws: try settings.laws(of: sums, hops: hops.count), weights: fusion.weights,
      ranges: fusion.ranges, metrics: metrics)
  }
}
