/// How many of the good and of the defective raise an alarm, and how many do not.
public struct Confusion: Equatable, Sendable {
  /// Defective, with an alarm.
  public let truePositives: Int
  /// Good, with an alarm.
  public let falsePositives: Int
  /// Defective, without an alarm.
  public let falseNegatives: Int
  /// Good, without an alarm.
  public let trueNegatives: Int

  /// The share of the alarms that are right; nil where there are none.
  public var precision: Double? {
    ratio(truePositives, truePositives + falsePositives)
  }

  /// The share of the defective that alarm; nil where there are none.
  public var recall: Double? {
    ratio(truePositives, truePositives + falseNegatives)
  }

  /// The share of the good that alarm; nil where there are none.
  public var falsePositiveRate: Double? {
    ratio(falsePositives, falsePositives + trueNegatives)
  }

  /// Harmonic mean of precision and recall; nil where there are neither defective ones nor alarms.
  public var f1: Double? {
    ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
  }

  /// Intersection over union, TP / (TP + FP + FN), of what was counted as one set.
  ///
  /// Over the pixels of many images this is the pooled IoU, in which large defects weigh most and a
  /// good image only by its false alarms. ``MeanIoU`` is another figure: do not compare the two.
  public var pooledIoU: Double? {
    ratio(truePositives, truePositives + falsePositives + falseNegatives)
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
