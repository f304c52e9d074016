import Datasets
import Inspection
import Metrics

/// The threshold with the best F1 score on labeled images: what a decision could be if the answers were known.
public enum F1MaxThreshold {
  /// Judges the test images without keeping anything.
  ///
  /// - Throws: where good or defective images are missing, or what `report` throws.
  public static func decision(
    of model: Model, on dataset: Dataset, report: (WorkProgress) throws -> Void = { _ in }
  ) throws -> Decision {
    try Evaluation.requireTest(dataset)
    var scores: [Float] = []
    var labels: [Bool] = []
    _ = try PredictionRun(model: model, results: nil).run(dataset.test, report: report) {
      image, prediction in
      guard let isDefective = image.sample.isDefective else { return }
      scores.append(prediction.score)
      labels.append(isDefective)
    }
    guard let best = try ImageEvaluation(scores: scores, isDefective: labels).f1Max else {
      throw InspectionError(
        dataset.name, found: "good or defective test images are missing",
        remedy: "use --false-alarms, which needs no defective image")
    }
    // An image alarms above the threshold, and the score that reaches it must alarm.
    return .threshold(best.threshold.nextDown)
  }
}
