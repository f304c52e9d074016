import Foundation
import Inspection
import Statistics
import Torch

/// The law of a hop's features in good images.
enum HopLaw: Sendable {
  /// Of each position or, with one group, of all, estimated from so many samples of each group.
  case gaussian(Gaussian, samples: Int)
  case selfReference(regularizer: Double)

  /// Squared Mahalanobis distances `[N, h, w]` of features `[N, C, h, w]`.
  func distancesSquared(_ features: Tensor) -> Tensor {
    let (count, height, width) = (features.shape[0], features.shape[2], features.shape[3])
    switch self {
    case .gaussian(let gaussian, _):
      let samples = Self.samples(features, byPosition: gaussian.groups > 1)
      return gaussian.mahalanobisSquared(samples).reshaped(count, height, width)
    case .selfReference(let regularizer):
      // The images are the groups, their positions the samples.
      let samples = features.flattened(from: 2).permuted(2, 0, 1)
      var moments = Moments(groups: count, dimensions: features.shape[1])
      moments.add(samples)
      guard let own = try? Gaussian(moments, regularizer: regularizer) else {
        // Features that are not finite have no law.
        return .full([count, height, width], .nan)
      }
      return own.mahalanobisSquared(samples).transposed(0, 1).reshaped(count, height, width)
    }
  }

  /// The law of the squared distances of features `[N, C, h, w]` where images are good.
  func null(of features: Tensor) -> Evidence.NullDistribution {
    let (dimensions, places) = (features.shape[1], features.shape[2] * features.shape[3])
    switch self {
    case .gaussian(let gaussian, let samples):
      // The places of an image resemble each other, nobody knows how much: of all that one Gaussian of all places was
      // estimated from, the images alone are independent.
      return .hotelling(
        dimensions: dimensions, samples: gaussian.groups > 1 ? samples : samples / places)
    case .selfReference:
      // What is tested is among what the law was estimated from, so that its distance averages the dimensions, and is
      // bounded: chi-square has the heavier tail.
      return .chiSquare(degreesOfFreedom: dimensions)
    }
  }

  /// The mean over positions of the log-determinant of the covariance; nil where it is each image's own.
  var meanLogDeterminant: Double? {
    guard case .gaussian(let gaussian, _) = self else { return nil }
    // The whitening is the inverse of a triangular factor.
    let diagonals = (0..<gaussian.dimensions).map { axis in
      gaussian.whitening.select(1, axis).select(1, axis)
    }
    return -2 * Tensor.stack(diagonals).to(.float64).log().sum(0).mean().item()
  }

  /// Features `[N, C, h, w]` as samples `[N, h * w, C]`, or `[N * h * w, 1, C]`.
  static func samples(_ features: Tensor, byPosition: Bool) -> Tensor {
    let shape = features.shape
    let channelsLast = features.permuted(0, 2, 3, 1)
    return byPosition
      ? channelsLast.reshaped(shape[0], shape[2] * shape[3], shape[1])
      : channelsLast.reshaped(-1, 1, shape[1])
  }
}

/// The moments of the features of good images at some hops, which the Gaussians follow from.
struct HopSums {
  /// One for each hop: of each position, or a single group for all.
  private(set) var moments: [Moments] = []
  private let byPosition: Bool

  init(byPosition: Bool) { self.byPosition = byPosition }

  /// As they were saved, or a choice of others.
  init(_ moments: [Moments]) {
    self.moments = moments
    byPosition = moments.contains { $0.groups > 1 }
  }

  /// Takes in features `[N, C, h, w]` of each hop.
  mutating func add(_ features: [Tensor]) {
    if moments.isEmpty {
      moments = features.map { features in
        let shape = features.shape
        return Moments(groups: byPosition ? shape[2] * shape[3] : 1, dimensions: shape[1])
      }
    }
    for (hop, features) in features.enumerated() {
      let groups = moments[hop].groups
      moments[hop].add(HopLaw.samples(features, byPosition: groups > 1))
    }
  }

  /// - Throws: ``InspectionError`` where the images have no law.
  func laws(regularizer: Double) throws(InspectionError) -> [HopLaw] {
    try lawOfTrainingImages { () throws(StatisticsError) in
      try moments.map { (sums) throws(StatisticsError) in
        HopLaw.gaussian(try Gaussian(sums, regularizer: regularizer), samples: sums.count)
      }
    }
  }
}

/// What the distances at a hop are like in some images.
struct HopScale {
  /// Of the smoothed map.
  let range: ClosedRange<Double>
  private let squares: Double
  private let positions: Int
  private let dimensions: Int

  /// - Parameters:
  ///   - map: smoothed distances `[N, height, width]`.
  ///   - squares: squared distances `[N, h, w]` of features of so many dimensions.
  init(map: Tensor, squares: Tensor, dimensions: Int) {
    range = map.min().item()...map.max().item()
    self.squares = squares.to(.float64).sum().item()
    positions = squares.count
    self.dimensions = dimensions
  }

  private init(range: ClosedRange<Double>, squares: Double, positions: Int, dimensions: Int) {
    self.range = range
    self.squares = squares
    self.positions = positions
    self.dimensions = dimensions
  }

  func merged(with other: HopScale) -> HopScale {
    let (lower, upper) = (
      min(range.lowerBound, other.range.lowerBound), max(range.upperBound, other.range.upperBound)
    )
    return HopScale(
      range: lower...upper, squares: squares + other.squares,
      positions: positions + other.positions, dimensions: dimensions)
  }

  /// How likely the images are under the law, against what the law expects of its own: the geometric mean of the ratio for
  /// one dimension of one position. 1 where the law holds, less where it has learnt its images by heart.
  var relativeLikelihood: Double {
    exp((1 - squares / Double(positions) / Double(dimensions)) / 2)
  }
}

/// What Gaussians of all other images would see in some: where each position has its own in closed form, otherwise by sums without
/// them.
final class LeftOutHops {
  /// Nil where each image has its own law.
  private let sums: HopSums?
  private let regularizer: Double
  /// By the number of images that are left out, for each hop with a Gaussian of each position.
  private var laws: [Int: [LeftOut?]] = [:]

  init(_ sums: HopSums?, regularizer: Double) {
    (self.sums, self.regularizer) = (sums, regularizer)
  }

  /// Squared distances `[n, h, w]` at each hop of features `[1, C, h, w]` of images that are left out together.
  func distancesSquared(_ images: [[Tensor]]) throws -> [Tensor] {
    let hops = images[0].indices.map { hop in Tensor.concatenate(images.map { $0[hop] }) }
    guard let sums else {
      return hops.map { HopLaw.selfReference(regularizer: regularizer).distancesSquared($0) }
    }
    return try lawOfTrainingImages { () throws(StatisticsError) in
      let laws = try laws(leavingOut: images.count, sums)
      return try hops.indices.map { (hop) throws(StatisticsError) in
        let features = hops[hop]
        let samples = HopLaw.samples(features, byPosition: laws[hop] != nil)
        if let law = laws[hop] {
          return law.distancesSquared(samples).to(.float32)
            .reshaped(images.count, features.shape[2], features.shape[3])
        }
        var own = Moments(groups: 1, dimensions: features.shape[1])
        own.add(samples)
        let others = try Gaussian(sums.moments[hop].removing(own), regularizer: regularizer)
        return HopLaw.gaussian(others, samples: sums.moments[hop].count).distancesSquared(features)
      }
    }
  }

  private func laws(leavingOut count: Int, _ sums: HopSums) throws(StatisticsError) -> [LeftOut?] {
    if let known = laws[count] { return known }
    let made = try sums.moments.map { (moments) throws(StatisticsError) in
      moments.groups > 1 ? try LeftOut(moments, size: count, regularizer: regularizer) : nil
    }
    laws[count] = made
    return made
  }
}
