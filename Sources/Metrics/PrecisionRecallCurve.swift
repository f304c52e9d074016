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
