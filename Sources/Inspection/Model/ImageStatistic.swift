import AContrario
import Foundation

/// The one statistic of an image: what sorts images, and what the decision cuts.
///
/// A flaw may be a few pixels or a large area, at one scale or another. So the evidence of each scale is summed up three times: by its
/// maximum and by the means over the highest 1 % and 10 % of its values. Each of these numbers is brought to a common footing: its
/// distance from the mean over good images that were not fitted on, in their deviations (of logarithms, where evidence is
/// a sum of squares). One scale whose numbers vary wildly in good images so loses its voice. Then z-values
/// are combined as by the harmonic mean of tail probabilities exp(-z) (Wilson 2019, "The harmonic mean p-value for combining dependent
/// tests"): the logarithm of the mean of exp(z). It follows the loudest, however the others depend on it, and gains where
/// several speak.
///
/// How it was chosen: `docs/statistic.md`.
package struct ImageStatistic: Sendable, Equatable, Codable {
  /// What a number is like in good images.
  package struct Footing: Sendable, Equatable, Codable {
    let mean: Double
    let deviation: Double
  }

  /// Of each scale in turn, for each of ``shares``.
  let footings: [Footing]

  /// Of the values of a scale, the highest; 0 is the maximum alone.
  static let shares = [0, 0.01, 0.1]

  /// A number that hardly varies must not drown the others.
  private static let leastDeviation = 1e-3

  /// - Parameter images: the ``numbers(of:)`` of good images that were not fitted on, at least one.
  package init(_ images: [[Double]]) {
    let count = Double(images.count)
    footings = images[0].indices.map { index in
      let mean = images.reduce(0) { $0 + $1[index] } / count
      let squares = images.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) }
      let deviation = images.count > 1 ? (squares / (count - 1)).squareRoot() : 1
      return Footing(mean: mean, deviation: max(deviation, Self.leastDeviation))
    }
  }

  /// What the evidence of an image comes to, before it is brought to a common footing.
  package static func numbers(of scales: [RawPrediction.Scale]) -> [Double] {
    scales.flatMap { scale in
      let counts = shares.map { max(Int(($0 * Double(scale.values.count)).rounded()), 1) }
      let highest = scale.values.highest(counts.max() ?? 1)
      return counts.map { count in
        let mean = highest.prefix(count).reduce(0) { $0 + Double($1) } / Double(count)
        guard case .empirical = scale.null else { return log(max(mean, .leastNormalMagnitude)) }
        return mean
      }
    }
  }

  /// Higher is more anomalous.
  package func score(of numbers: [Double]) -> Float {
    let z = zip(numbers, footings).map { ($0 - $1.mean) / $1.deviation }
    guard let loudest = z.max() else { return 0 }
    let mean = z.reduce(0) { $0 + exp($1 - loudest) } / Double(z.count)
    return Float(loudest + log(mean))
  }

  /// Whether it is of evidence of so many scales.
  func fits(scales: Int) -> Bool { footings.count == scales * Self.shares.count }

  /// Whether all numbers are finite, and no deviation is 0: a file may be made up.
  var isSound: Bool {
    footings.allSatisfy { $0.mean.isFinite && $0.deviation.isFinite && $0.deviation > 0 }
  }
}

extension [Float] {
  /// The highest values, falling.
  fileprivate func highest(_ count: Int) -> [Float] {
    guard count < self.count else { return sorted(by: >) }
    // A heap of the highest so far, the least of them on top.
    var heap = Array(self[..<count])
    func sink(_ start: Int) {
      var parent = start
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < count && heap[child] < heap[least] {
          least = child
        }
        if least == parent { return }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    for start in (0..<count / 2).reversed() { sink(start) }
    for value in self[count...] where value > heap[0] {
      heap[0] = value
      sink(0)
    }
    return heap.sorted(by: >)
  }
}
