import Metrics

/// Draws ROC curves into one square.
struct ROCPlot {
  let curves: [Report.Curve]

  /// Nil where no curve is defined.
  var svg: String? {
    let defined = curves.compactMap { curve in curve.roc.map { (curve.name, $0) } }
    return CurvePlot(
      title: "ROC curves", horizontal: "false alarm rate", vertical: "detection rate",
      hasChanceLine: true,
      lines: defined.enumerated().map { index, curve in
        CurvePlot.Line(
          name: curve.0,
          points: curve.1.points.map { (x: $0.falsePositiveRate, y: $0.truePositiveRate) },
          area: curve.1.area, style: index)
      }
    ).svg
  }
}
