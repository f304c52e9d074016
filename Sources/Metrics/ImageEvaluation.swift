/// How well one score for each image finds the defective images of a test set.
public struct ImageEvaluation: BinaryEvaluation {
  public let ranking: Ranking

  /// Throws `MetricsError` where the arrays differ in length or a score is not finite.
  public init(scores: [Float], isDefective: [Bool]) throws {
    guard scores.count == isDefective.count else {
      throw MetricsError.countMismatch(scores: scores.count, labels: isDefective.count)
    }
    if let index = scores.firstIndex(where: { !$0.isFinite }) {
      throw MetricsError.nonFiniteScore(index: index, value: "\(scores[index])")
    }
    // To the ranking, all defective images are one region.
    ranking = Ranking(
      zip(scores, isDefective).map { RankedScore($0, tag: $1 ? 1 : 0) },
      regionAreas: [isDefective.count { $0 }])
  }
}
