import Foundation
import Workbench

/// A linear axis with round ticks.
struct Axis {
  let range: ClosedRange<Double>
  let ticks: [Double]
  /// Writes a tick with as many decimals as the step between ticks needs.
  let label: (Double) -> String

  /// An axis over `range` with about `count` ticks at 1, 2 or 5 times a power of ten, no closer than `leastStep`.
  init(_ range: ClosedRange<Double>, count: Int, leastStep: Double = 0) {
    self.range = range
    let span = range.upperBound - range.lowerBound
    guard span.isNormal else {
      ticks = [range.lowerBound]
      label = Digits.scale(for: [range.lowerBound], digits: 3)
      return
    }
    let rough = max(span / Double(count), leastStep)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
    let decimals = max(0, -Int(log10(step * 1.001).rounded(.down)))
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    label =
      largest >= 1e6 || decimals > 5
      ? Digits.scale(for: [largest * 1e9], digits: 2) : { Digits.fixed($0, decimals) }
  }

  /// Where a value lies along the axis: 0 at its start, 1 at its end.
  func position(_ value: Double) -> Double {
    let span = range.upperBound - range.lowerBound
    return span > 0 ? (value - range.lowerBound) / span : 0.5
  }
}

/// The range of scores worth drawing: a few extreme ones must not press all others into a line.
struct ScoreRange {
  let bounds: ClosedRange<Double>
  /// Whether scores lie beyond the bounds.
  let isClipped: Bool

  /// Nil where there is no score. Always holds the threshold.
  init?(_ scores: [Double], threshold: Double?) {
    let sorted = scores.sorted()
    guard let least = sorted.first, let most = sorted.last else { return nil }
    func bounds(_ low: Double, _ high: Double) -> ClosedRange<Double> {
      min(low, threshold ?? low)...max(high, threshold ?? high)
    }
    let full = bounds(least, most)
    // One in fifty at either end may be cut off, if the rest then gets at least four times the room.
    let cut = sorted.count < 10 ? 0 : max(1, sorted.count / 50)
    let core = bounds(sorted[cut], sorted[sorted.count - 1 - cut])
    let room = core.upperBound - core.lowerBound
    isClipped = room > 0 && room * 4 < full.upperBound - full.lowerBound
    self.bounds = isClipped ? core : full
  }
}

/// Bins of one width over a range of scores, with an edge at the threshold so that no bar straddles it.
struct Bins {
  let start: Double
  let width: Double
  let count: Int

  /// Bins for `scoreCount` scores within a range that holds the threshold.
  init(_ range: ClosedRange<Double>, scoreCount: Int, edgeAt threshold: Double?) {
    let (low, high) = (range.lowerBound, range.upperBound)
    let span = high - low
    let wanted = min(40, max(10, 2 * Double(scoreCount).squareRoot().rounded(.up)))
    let width = span / wanted
    guard width.isNormal else {
      (start, self.width, count) = (low - 0.5, 1, 1)
      return
    }
    let before = threshold.map { (($0 - low) / width).rounded(.up) } ?? 0
    let start = threshold.map { $0 - before * width } ?? low
    (self.start, self.width) = (start, width)
    count = max(1, Int(((high - start) / width - 1e-9).rounded(.up)))
  }

  var range: ClosedRange<Double> { start...edge(count) }

  func edge(_ index: Int) -> Double { start + Double(index) * width }

  /// How many scores fall into each bin; those beyond the range, into the outermost.
  ///
  /// A score on an edge belongs below it, as one at the threshold does not alarm.
  func counts(of scores: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for score in scores {
      let index = ((score - start) / width).rounded(.up) - 1
      counts[Int(min(max(index, 0), Double(count - 1)))] += 1
    }
    return counts
  }
}
