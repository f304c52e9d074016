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
