import Inspection
import Metrics

/// How well masks cover defects: the mean intersection over union, good images included (U-Flow, section 5).
package struct MaskMetrics: Sendable {
  /// Of the mask that the model's decision gives.
  package private(set) var decided = Mean()
  /// The same, of defective images alone.
  package private(set) var decidedOnDefective = Mean()
  /// Over limits on the number of false alarms, by the calibrated null distribution.
  package private(set) var calibrated = MeanIoU(over: Self.fineSweep)
  /// By that of theory; of no images where none is known.
  package private(set) var theoretical = MeanIoU(over: .negativeLog10NFA)
  /// Of the map at the "fair" threshold, which one pixel of a good image exceeds.
  package private(set) var fair: MeanIoU

  package struct Mean: Sendable {
    private var sum = 0.0
    private var count = 0
    package var value: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ value: Double) {
      sum += value
      count += 1
    }
  }

  /// -2, -1.95 ... 40: of -log10 of the number of false alarms, which learned distributions let grow slowly. They ascend, which is all that could fail.
  private static let fineSweep = try! ThresholdSweep((-40...800).map { Float($0) / 20 })

  init(fairThreshold: Float) throws {
    fair = MeanIoU(over: try ThresholdSweep([fairThreshold]))
  }

  /// - Parameter mask: the ground truth, at the size of the map.
  mutating func add(_ prediction: Prediction, _ judgements: JudgementsByNull, mask: [Bool]) throws
    -> Double
  {
    let (width, height) = (prediction.map.width, prediction.map.height)
    var (intersection, union) = (0, 0)
    for (marked, defective) in zip(prediction.anomalousPixels, mask) {
      if marked && defective { intersection += 1 }
      if marked || defective { union += 1 }
    }
    let overlap = IntersectionOverUnion(intersection: intersection, union: union).value
    decided.add(overlap)
    if mask.contains(true) { decidedOnDefective.add(overlap) }
    try calibrated.add(
      map: judgements.calibrated.map.negatives, mask: mask, width: width, height: height)
    if let map = judgements.theoretical?.map {
      try theoretical.add(map: map.negatives, mask: mask, width: width, height: height)
    }
    try fair.add(map: prediction.map.values, mask: mask, width: width, height: height)
    return overlap
  }
}
