import Inspection
import Statistics
import Torch

/// AnomalyHop with kernels and Gaussians learnt from good images.
public struct FittedAnomalyHop: FittedDetector {
  package let transform: SaabTransform
  public let metrics: [String: Double]
  public let tensors: [String: Tensor]
  /// The hops that the map is made of, from 0.
  package let hops: [Int]
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
  package func features(_ images: Tensor) -> [Tensor] {
    let all = transform(images.moved(to: .cpu))
    return hops.map { all[$0] }
  }

  /// Squared Mahalanobis distances. Where features are normal, their law is Hotelling's with the images as its samples, if these
  /// are more than the channels of a hop; chi-square where each image has its own law.
  public func score(_ images: Tensor) -> ScoredBatch {
    let features = features(images)
    return scored(
      zip(features, laws).map { $1.distancesSquared($0) }, nulls: nulls(of: features),
      height: images.shape[2], width: images.shape[3])
  }

  /// The laws of the distances of features `[N, C, h, w]` at each hop.
  func nulls(of features: [Tensor]) -> [Evidence.NullDistribution] {
    zip(features, laws).map { $1.null(of: $0) }
  }

  /// - Parameters:
  ///   - distances: squared, `[N, h, w]` of each hop.
  ///   - nulls: their laws.
  ///   - height: of the images in pixels; the width likewise.
  func scored(
    _ distances: [Tensor], nulls: [Evidence.NullDistribution], height: Int, width: Int
  ) -> ScoredBatch {
    let evidence = Evidence(
      scales: zip(hops, zip(distances, nulls)).map { hop, pair in
        Evidence.Scale(statistic: pair.0, null: pair.1, name: name(of: hop))
      })
    return ScoredBatch(evidence: evidence, maps: fusion(evidence, height: height, width: width))
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
  package struct Part {
    /// From 0.
    package let hop: Int
    /// Side of the neighborhoods that the hop describes, in pixels.
    package let neighborhood: Int
    /// What it adds to the anomaly maps, `[N, height, width]`: where its part is the largest, it raises the alarm.
    package let maps: Tensor
  }

  /// The anomaly maps by hop: their sum is that of ``score(_:)``.
  package func parts(_ evidence: Evidence, height: Int, width: Int) -> [Part] {
    zip(hops, fusion.parts(evidence, height: height, width: width)).map { hop, maps in
      Part(hop: hop, neighborhood: transform.neighborhoods[hop], maps: maps)
    }
  }
}

extension FittedAnomalyHop {
  public func checkImageSize(height: Int, width: Int) throws {
    let sides = [height, width].map { side in
      settings.hops.indices.map { hop in
        settings.hops[...hop].reduce(side) { $1.side($0) }
      }
    }
    for (hop, law) in zip(hops, laws) {
      guard case .gaussian(let gaussian, _) = law, gaussian.groups > 1 else { continue }
      try requireSize(
        [gaussian.groups], [sides[0][hop] * sides[1][hop]], height: height, width: width)
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
    try images.forEachFiniteBatch(of: AnomalyHop.batchSize(of: images.count)) { range, batch in
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

/// From distances at each hop to one map: upsampled, smoothed, brought to a common range, averaged.
struct HopFusion: Sendable {
  /// Of each hop that has one; what counts is its share in their sum.
  let weights: [Double]
  /// What becomes 0 and 1 of each such hop's map.
  let ranges: [ClosedRange<Double>]
  let filter: GaussianFilter

  init(weights: [Double], ranges: [ClosedRange<Double>], smoothing: Double) {
    self.weights = weights
    self.ranges = ranges
    filter = GaussianFilter(sigma: smoothing)
  }

  /// The Mahalanobis distances `[N, height, width]` at each hop, from their squares `[N, h, w]`.
  static func smoothed(
    _ statistics: [Tensor], with filter: GaussianFilter, height: Int, width: Int
  ) -> [Tensor] {
    statistics.map { squares in
      let distances = squares.clamped(min: 0).sqrt().unsqueezed(1)
      return filter(distances.resampled(height: height, width: width).squeezed(1))
    }
  }

  /// What each hop adds to the map, `[N, height, width]`.
  func parts(_ evidence: Evidence, height: Int, width: Int) -> [Tensor] {
    let maps = Self.smoothed(
      evidence.scales.map(\.statistic), with: filter, height: height, width: width)
    let sum = weights.reduce(0, +)
    return zip(maps, zip(weights, ranges)).map { map, scale in
      let (weight, range) = scale
      let extent = max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
      return (map - range.lowerBound) * (weight / sum / extent)
    }
  }

  func callAsFunction(_ evidence: Evidence, height: Int, width: Int) -> Tensor {
    let parts = parts(evidence, height: height, width: width)
    return parts.dropFirst().reduce(parts[0], +)
  }
}
