/// The two samples, and their weights, that make each sample of a line at another length (corners not aligned).
struct LinearTaps {
  let lower: [Int]
  let upper: [Int]
  let upperWeights: [Double]
  var lowerWeights: [Double] { upperWeights.map { 1 - $0 } }

  init(from count: Int, to size: Int) {
    let positions = (0..<size).map {
      max((Double($0) + 0.5) * Double(count) / Double(size) - 0.5, 0)
    }
    lower = positions.map { min(Int($0), count - 1) }
    upper = lower.map { min($0 + 1, count - 1) }
    upperWeights = zip(positions, lower).map { $0 - Double($1) }
  }
}
