import AContrario
import Datasets
import Foundation
import Inspection
import Torch

extension Calibration {
  /// What good images tell that the detector has not seen.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  init(
    of scorer: Scorer, on samples: [Sample], loader: ImageLoader,
    report: (WorkProgress) throws -> Void
  ) throws {
    var rawPredictions: [RawPrediction] = []
    try loader.forEachResized(samples) { index, result in
      rawPredictions.append(
        try scorer.score(resized: try result.get(), name: samples[index].address))
      try report(
        WorkProgress(
          stage: "calibration", completed: index + 1, total: samples.count, unit: "images"))
    }
    try self.init(rawPredictions)
  }

  /// Throws ``InspectionError`` where whatever an image shows could not raise an alarm.
  func checkReach() throws {
    guard case .falseAlarms(let perImage, _) = Decision.standard,
      law.leastLog10FalseAlarms >= log10(perImage)
    else { return }
    throw InspectionError(
      "the decision", found: "nothing could ever raise an alarm by these good images",
      remedy:
        "they show the model no variation: give images that differ, and more of them than \(imageCount) held out"
    )
  }
}

extension Remark {
  /// Nil where held-out images are enough to count what the standard decision accepts.
  init?(onCalibrationWith images: Int) {
    guard case .falseAlarms(let perImage, _) = Decision.standard else { return nil }
    let needed = Int((1 / perImage).rounded()) - 1
    guard images < needed else { return nil }
    self.init(
      .doubt,
      "the decision rests on \(images) held-out good images; with fewer than \(needed), \(perImage) false alarms an image"
        + " are beyond what was counted, and weak flaws may pass: add good images, or hold out more of them"
    )
  }
}
