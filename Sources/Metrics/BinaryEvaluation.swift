/// How well scores tell the defective from the good; a higher score means more likely defective.
///
/// All figures come from one sort. Each is nil where the good or the defective are missing.
public protocol BinaryEvaluation: Sendable {
  /// All scores with their classes, from which every figure follows.
  var ranking: Ranking { get }
}

extension BinaryEvaluation {
  /// Good images or pixels.
  public var goodCount: Int { ranking.goodCount }
  /// Defective images or pixels.
  public var defectiveCount: Int { ranking.defectiveCount }

  /// Area under the ROC curve: the chance that a defective one scores higher than a good one, ties
  /// counting half.
  public var auroc: Double? { ranking.auroc }

  /// Average precision: the sum over distinct scores, highest first, of the recall gained times the
  /// precision there (scikit-learn's `average_precision_score`, "AP" in papers).
  public var averagePrecision: Double? { ranking.averagePrecision }

  /// The area under the precision-recall curve by the trapezoid rule, from precision 1 at recall 0
  /// (scikit-learn's `auc` of `precision_recall_curve`, anomalib's "AUPR").
  public var areaUnderPrecisionRecall: Double? { ranking.areaUnderPrecisionRecall }

  /// The highest F1 score over all thresholds. Where several thresholds share it, the highest.
  ///
  /// Chosen on the labels it is judged by, it is an upper bound for any honest threshold.
  public var f1Max: F1Max? { ranking.f1Max }

  /// The ROC curve with a point wherever it has moved by at least `step` in either rate.
  ///
  /// - Parameter step: 0 keeps a point for each distinct score.
  public func rocCurve(step: Double = 0.002) -> ROCCurve? { ranking.rocCurve(step: step) }

  /// The precision-recall curve with a point wherever it has moved by at least `step` either way.
  ///
  /// - Parameter step: 0 keeps a point for each distinct score.
  public func precisionRecallCurve(step: Double = 0.002) -> PrecisionRecallCurve? {
    ranking.precisionRecallCurve(step: step)
  }

  /// The largest share of the defective that alarms at a threshold where at most a share `limit` of the good does. At 0.02
  /// and for images it is PB2, presorted bad (Baitieva et al., "Beyond Academic Benchmarks", 2025, arXiv 2503.23451).
  ///
  /// Chosen on the labels it is judged by, the threshold is an upper bound for any honest one. Where
  /// there are fewer than `1 / limit` good ones, none of them may alarm; anomalib, which interpolates
  /// a quantile of their scores, lets one of them alarm then.
  ///
  /// - Parameter limit: in [0, 1].
  public func recall(atFalsePositiveRate limit: Double) -> Double? {
    ranking.recall(atFalsePositiveRate: limit)
  }

  /// The largest share of the good that passes at a threshold where at most a share `limit` of the defective is missed.
  /// At 0.02 and for images it is PG2, presorted good, of the same paper; what holds for
  /// ``recall(atFalsePositiveRate:)`` holds with the classes exchanged.
  ///
  /// - Parameter limit: in [0, 1].
  public func specificity(atFalseNegativeRate limit: Double) -> Double? {
    ranking.specificity(atFalseNegativeRate: limit)
  }

  /// The counts where `score > threshold` raises an alarm, as a calibrated threshold is meant.
  public func confusion(above threshold: Float) -> Confusion {
    ranking.confusion(above: threshold)
  }

  /// The counts where `score >= threshold` raises an alarm, as the thresholds of curves and of
  /// `f1Max` are meant.
  public func confusion(atLeast threshold: Float) -> Confusion {
    ranking.confusion(atLeast: threshold)
  }
}

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
