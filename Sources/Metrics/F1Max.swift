/// The highest F1 score that a threshold reaches, and what that threshold does.
///
/// F1 is the harmonic mean of precision and recall, 2TP / (2TP + FP + FN).
public struct F1Max: Equatable, Sendable {
  public let value: Double
  /// The threshold of `score >= threshold`: a score that occurs, the highest of those that tie.
  public let threshold: Float
  /// The share of the alarms that are defective.
  public let precision: Double
  /// The share of the defective that alarm.
  public let recall: Double
}
