import Inspection
import Statistics
import Torch

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
