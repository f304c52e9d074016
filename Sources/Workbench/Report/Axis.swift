import Foundation

/// A linear axis with round ticks.
struct Axis {
  let range: ClosedRange<Double>
  let ticks: [Double]
  /// Writes a tick with as many decimals as the step between ticks needs.
  let label: (Double) -> String

  /// An axis over `range` with about `count` ticks at 1, 2 or 5 times a power of ten.
  init(_ range: ClosedRange<Double>, count: Int) {
    self.range = range
    let span = range.upperBound - range.lowerBound
    guard span.isNormal else {
      ticks = [range.lowerBound]
      label = Digits.scale(for: [range.lowerBound], digits: 3)
      return
    }
    let rough = span / Double(count)
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
