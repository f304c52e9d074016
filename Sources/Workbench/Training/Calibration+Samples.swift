import Datasets
import Inspection
import Torch

extension Calibration {
  /// What good images tell that the detector has not seen.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  init(
    of scorer: Scorer, on samples: [Sample], report: (WorkProgress) throws -> Void
  ) throws {
    var rawPredictions: [RawPrediction] = []
    try ImageLoader(scorer.preprocessing).forEach(samples) { index, result in
      rawPredictions.append(try scorer.score(try result.get()))
      try report(
        WorkProgress(
          stage: "calibration", completed: index + 1, total: samples.count, unit: "images"))
    }
    try self.init(rawPredictions)
  }
}
