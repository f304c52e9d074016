import Metrics

/// Seconds for the pixel figures of 83 images of 256 x 256 with a defect region each, on one core.
enum PixelMetrics {
  static func run() throws -> [String: [String: Double]] {
    let side = 256
    var state: UInt64 = 1
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    let images = (0..<83).map { _ in
      let map = (0..<side * side).map { _ in random() }
      let mask = (0..<side * side).map { ($0 / side) < 40 && ($0 % side) < 60 }
      return (map: map, mask: Optional(mask))
    }
    return [
      "AUROC and AUPRO": try Measurement(repeats: 5) {
        let evaluation = try PixelEvaluation(images: images, width: side, height: side)
        _ = evaluation.auroc
        _ = evaluation.aupro()
      }.summary(scale: 1),
      "AUROC, AP, AUPR, F1-max, AUPRO at 0.3 and 0.05, mIoU at 1401 thresholds":
        try Measurement(repeats: 5) {
          var scores = PixelScores(reservingPixels: images.count * side * side)
          try add(images, to: &scores)
          let evaluation = PixelEvaluation(scores)
          _ = evaluation.auroc
          _ = evaluation.averagePrecision
          _ = evaluation.areaUnderPrecisionRecall
          _ = evaluation.f1Max
          _ = evaluation.aupro(limit: 0.3)
          _ = evaluation.aupro(limit: 0.05)
          var meanIoU = MeanIoU(over: .negativeLog10NFA)
          try add(images, to: &meanIoU)
          _ = meanIoU.oracle
        }.summary(scale: 1),
      "AUROC, AP, F1-max, AUPRO at 0.3 and 0.05 within bounds": try Measurement(repeats: 5) {
        var histogram = PixelHistogram()
        try add(images, to: &histogram)
        _ = histogram.auroc
        _ = histogram.averagePrecision
        _ = histogram.f1Max
        _ = histogram.aupro(limit: 0.3)
        _ = histogram.aupro(limit: 0.05)
      }.summary(scale: 1),
    ]

    func add(
      _ images: [(map: [Float], mask: [Bool]?)], to accumulator: inout some PixelAccumulator
    ) throws {
      for (map, mask) in images {
        try accumulator.add(map: map, mask: mask, width: side, height: side)
      }
    }
  }
}
