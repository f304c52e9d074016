import Metrics

/// One curve of `curves.json`, thin enough to be drawn: over the unit square, both rates rounded to six decimals.
package struct EvaluationCurve: Codable, Sendable, Equatable {
  /// What the axes say.
  package var horizontal: String
  package var vertical: String
  /// Of the whole curve, before it was thinned; nil where the curve is not known by its area.
  package var area: Double?
  package var x: [Double]
  package var y: [Double]

  /// Points are left out where a line between those kept passes them within `tolerance`.
  ///
  /// - Parameter points: in drawing order.
  package init(
    horizontal: String, vertical: String, area: Double?, points: [(x: Double, y: Double)],
    tolerance: Double = 0.0005
  ) {
    self.horizontal = horizontal
    self.vertical = vertical
    self.area = area
    let kept = Self.thinned(points, tolerance: tolerance)
    func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
    x = kept.map { rounded($0.x) }
    y = kept.map { rounded($0.y) }
  }

  package init(_ roc: ROCCurve) {
    self.init(
      horizontal: "false alarm rate", vertical: "detection rate", area: roc.area,
      points: roc.points.map { ($0.falsePositiveRate, $0.truePositiveRate) })
  }

  package init(_ curve: PrecisionRecallCurve) {
    self.init(
      horizontal: "recall", vertical: "precision", area: curve.averagePrecision,
      points: curve.points.map { ($0.recall, $0.precision) })
  }

  package var points: [(x: Double, y: Double)] { zip(x, y).map { (x: $0, y: $1) } }

  /// The method of Douglas and Peucker (1973): a stretch is one line unless a point lies too far from it, which then
  /// splits it.
  private static func thinned(_ points: [(x: Double, y: Double)], tolerance: Double)
    -> [(x: Double, y: Double)]
  {
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var stretches = [(start: 0, end: points.count - 1)]
    while let (start, end) = stretches.popLast() {
      let (a, b) = (points[start], points[end])
      let (dx, dy) = (b.x - a.x, b.y - a.y)
      let length = (dx * dx + dy * dy).squareRoot()
      var (farthest, distance) = (start, tolerance)
      for index in start + 1..<max(end, start + 1) {
        let (ex, ey) = (points[index].x - a.x, points[index].y - a.y)
        let gap = length > 0 ? abs(dx * ey - dy * ex) / length : (ex * ex + ey * ey).squareRoot()
        if gap > distance { (farthest, distance) = (index, gap) }
      }
      guard farthest > start else { continue }
      isKept[farthest] = true
      stretches += [(start, farthest), (farthest, end)]
    }
    return zip(points, isKept).filter(\.1).map(\.0)
  }
}

extension Evaluation {
  /// The curves of `curves.json`; those that are undefined are left out.
  package var curves: [String: EvaluationCurve] {
    let roc = ["imageROC": images.rocCurve(), "pixelROC": pixels.roc]
    let precision = [
      "imagePR": images.precisionRecallCurve(), "pixelPR": pixels.precisionRecall,
    ]
    return roc.compactMapValues { $0.map(EvaluationCurve.init) }
      .merging(precision.compactMapValues { $0.map(EvaluationCurve.init) }) { $1 }
  }
}
