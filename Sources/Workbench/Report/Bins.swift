/// Bins of one width over all scores, with an edge at the threshold so that no bar straddles it.
struct Bins {
  let start: Double
  let width: Double
  let count: Int

  /// Nil where there is no score.
  init?(_ scores: [Double], edgeAt threshold: Double?) {
    guard let least = scores.min(), let most = scores.max() else { return nil }
    let low = min(least, threshold ?? least)
    let high = max(most, threshold ?? most)
    let span = high - low
    let wanted = min(40, max(10, 2 * Double(scores.count).squareRoot().rounded(.up)))
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

  /// How many scores fall into each bin; one on an edge belongs below it, as it does not alarm there.
  func counts(of scores: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for score in scores {
      let index = ((score - start) / width).rounded(.up) - 1
      counts[Int(min(max(index, 0), Double(count - 1)))] += 1
    }
    return counts
  }
}
