extension OperatingPoints {
  /// The ROC curve, keeping a point wherever it has moved by at least `step` in either rate.
  func rocCurve(step: Double) -> ROCCurve? {
    guard let auroc else { return nil }
    let points = thinned(step: step) {
      (Double($0.falseAlarms) / Double(goodCount), Double($0.hits) / Double(defectiveCount))
    }
    return ROCCurve(
      points: points.map {
        ROCCurve.Point(falsePositiveRate: $0.x, truePositiveRate: $0.y, threshold: $0.threshold)
      }, area: auroc)
  }

  /// The precision-recall curve, keeping a point wherever it has moved by at least `step` either
  /// way.
  func precisionRecallCurve(step: Double) -> PrecisionRecallCurve? {
    guard let averagePrecision, let areaUnderPrecisionRecall else { return nil }
    let points = thinned(step: step) { (Double($0.hits) / Double(defectiveCount), $0.precision) }
    return PrecisionRecallCurve(
      points: points.map {
        PrecisionRecallCurve.Point(recall: $0.x, precision: $0.y, threshold: $0.threshold)
      }, averagePrecision: averagePrecision, area: areaUnderPrecisionRecall)
  }

  /// The first and the last point of a curve, and those between that are `step` from the last kept.
  private func thinned(
    step: Double, _ place: (OperatingPoint) -> (x: Double, y: Double)
  ) -> [(x: Double, y: Double, threshold: Float)] {
    let first = place(.silent)
    var points = [(first.x, first.y, OperatingPoint.silent.threshold)]
    var last = first
    forEachPoint { point in
      let next = place(point)
      if abs(next.x - last.x) >= step || abs(next.y - last.y) >= step
        || point.hits + point.falseAlarms == goodCount + defectiveCount
      {
        points.append((next.x, next.y, point.threshold))
        last = next
      }
      return true
    }
    return points
  }
}
