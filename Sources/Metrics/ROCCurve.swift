/// The receiver operating characteristic: the rate of detected defects over the rate of false alarms.
public struct ROCCurve: Equatable, Sendable {
  public struct Point: Equatable, Sendable {
    /// Share of the good that alarms where `score >= threshold`.
    public let falsePositiveRate: Double
    /// Share of the defective that alarms where `score >= threshold`.
    public let truePositiveRate: Double
    /// A score that occurs, or infinity at the first point.
    public let threshold: Float
  }

  /// Points from (0, 0) to (1, 1).
  public let points: [Point]

  /// Area under the full curve (AUROC): the chance that a defective one scores higher than a good one.
  ///
  /// Ties count half (the Mann-Whitney statistic, the same as the trapezoid rule over distinct
  /// thresholds). It does not depend on how many points are kept.
  public let area: Double

  init(points: [Point], area: Double) {
    self.points = points
    self.area = area
  }

  /// The curve of one score for each image; nil where the good or the defective are missing.
  ///
  /// - Parameter step: a point is kept where the curve has moved by at least this much in either
  ///   rate; 0 keeps one for each distinct score.
  ///
  /// Throws `MetricsError` where the arrays differ in length or a score is not finite.
  public init?(scores: [Float], isDefective: [Bool], step: Double = 0) throws {
    let evaluation = try ImageEvaluation(scores: scores, isDefective: isDefective)
    guard let curve = evaluation.rocCurve(step: step) else { return nil }
    self = curve
  }
}
