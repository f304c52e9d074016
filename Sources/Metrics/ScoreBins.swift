/// A division of all finite scores into 2^16 bins, numbered from the highest scores down.
public enum ScoreBins: Equatable, Sendable {
  /// Bins of equal width over a range; scores beyond it fall into the bins at its ends.
  ///
  /// The finest where the range is known, as it is of likelihood maps: 1.5e-5 wide over 0...1.
  case even(ClosedRange<Float>)

  /// The upper 16 of the 32 bits of a float: 128 bins for each power of two and each sign.
  ///
  /// Needs no range: a score keeps two to three digits whatever its scale. Coarse where scores
  /// crowd far from zero, as between 0.9 and 1.
  case floatOrder

  static let count = 1 << 16

  /// The bin of a finite score; no lower score has a lower bin.
  func bin(of score: Float) -> Int {
    switch self {
    case .even(let range):
      let lowest = Double(range.lowerBound)
      let scale = Double(Self.count) / (Double(range.upperBound) - lowest)
      let place = (Double(score) - lowest) * scale
      return Self.count - 1 - Int(min(max(place, 0), Double(Self.count - 1)))
    case .floatOrder:
      return Int(RankedScore(score, tag: 0).key >> 16)
    }
  }
}
