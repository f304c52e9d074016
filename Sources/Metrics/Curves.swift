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
}

/// The share of alarms that are right over the share of defects that are found.
public struct PrecisionRecallCurve: Equatable, Sendable {
  public struct Point: Equatable, Sendable {
    /// Share of the defective that alarms where `score >= threshold`.
    public let recall: Double
    /// Share of those alarms that are defective; 1 by convention at the first point.
    public let precision: Double
    /// A score that occurs, or infinity at the first point.
    public let threshold: Float
  }

  /// Points from recall 0 and precision 1 to the one where everything alarms.
  public let points: [Point]

  /// The step sum of recall gained times precision, whatever the points kept: "AP" in papers.
  public let averagePrecision: Double

  /// The trapezoid area under the full curve: "AUPR" in anomalib. It flatters where points are few.
  public let area: Double
}
