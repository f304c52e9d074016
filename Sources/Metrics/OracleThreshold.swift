/// The threshold on a score that puts a given share of the good test images above it: what a promise of that share could have
/// detected, if whoever set the threshold had known the good test images.
///
/// No honest decision knows them. Set beside one, it tells how much of a low detection rate is the score's doing, and how
/// much the decision's.
public struct OracleThreshold: Equatable, Sendable {
  /// The quantile `1 - share` of the good scores, linear between order statistics (type 7 of Hyndman and Fan 1996, which is
  /// `numpy.quantile`'s). With few images the share above it can only be near the one asked for.
  public let value: Double

  /// Nil where there are no scores.
  ///
  /// - Parameters:
  ///   - goodScores: of the good test images, finite; higher is more anomalous.
  ///   - share: of them that is to lie above the threshold, in [0, 1].
  public init?(goodScores: [Float], share: Double) {
    precondition((0...1).contains(share), "a share of \(share) is not in [0, 1]")
    guard !goodScores.isEmpty else { return nil }
    let sorted = goodScores.sorted().map(Double.init)
    let position = Double(sorted.count - 1) * (1 - share)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    value = sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }

  /// The share of the scores that lie above the threshold; nil without scores.
  public func share(of scores: [Float]) -> Double? {
    guard !scores.isEmpty else { return nil }
    return Double(scores.count { Double($0) > value }) / Double(scores.count)
  }
}
