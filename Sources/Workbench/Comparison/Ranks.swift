/// Where scores stand among others.
struct Ranks {
  private let reference: [Double]

  init(among reference: [Double]) {
    self.reference = reference.sorted()
  }

  /// Share of the others that lie below, those that are equal counting half: 0.5 in the middle, whatever the scale; nil
  /// where there are no others.
  func position(of score: Double) -> Double? {
    guard !reference.isEmpty else { return nil }
    let below = reference.lowerBound { $0 < score }
    let upTo = reference.lowerBound { $0 <= score }
    return (Double(below) + Double(upTo - below) / 2) / Double(reference.count)
  }
}

extension [Double] {
  /// How many come first that satisfy `isBefore`; they must stand together.
  fileprivate func lowerBound(_ isBefore: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
