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
