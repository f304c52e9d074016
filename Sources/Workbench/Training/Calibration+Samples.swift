import Inspection
import Torch

extension Calibration {
  /// What good images tell that `fitted` has not seen.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  init(
    of fitted: any FittedDetector, on samples: [Sample], _ preprocessing: ImagePreprocessing,
    device: Device, report: (WorkProgress) throws -> Void
  ) throws {
    var rawPredictions: [RawPrediction] = []
    try ImageLoader(preprocessing).forEach(samples) { index, result in
      rawPredictions.append(
        try Model.observe(try result.get(), with: fitted, preprocessing, on: device))
      try report(
        WorkProgress(
          stage: "calibration", completed: index + 1, total: samples.count, unit: "images"))
    }
    try self.init(rawPredictions)
  }
}
