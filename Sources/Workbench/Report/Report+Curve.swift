import Metrics

extension Report {
  /// A curve under the name that its plot shows; not drawn where a class is missing.
  public struct Curve: Sendable {
    public let name: String
    let kind: Kind
    let curve: EvaluationCurve?

    public init(_ name: String, roc: ROCCurve?) {
      (self.name, kind, curve) = (name, .roc, roc.map(EvaluationCurve.init))
    }

    public init(_ name: String, precisionRecall: PrecisionRecallCurve?) {
      (self.name, kind) = (name, .precisionRecall)
      curve = precisionRecall.map(EvaluationCurve.init)
    }

    /// Curves of one kind share a plot.
    enum Kind: CaseIterable {
      case roc, precisionRecall

      var heading: String {
        switch self {
        case .roc: "Detection against false alarms"
        case .precisionRecall: "Precision against recall"
        }
      }

      var note: String {
        let corner = self == .roc ? "left" : "right"
        return "One point for each threshold; the closer to the upper \(corner) corner, the better."
          + " Behind each name, the area."
      }
    }
  }

  /// The plots of ``curves``, one for each kind that has some.
  var curvePlots: [[String: Any]] {
    Curve.Kind.allCases.compactMap { kind in
      let drawn = curves.filter { $0.kind == kind }.compactMap { curve in
        curve.curve.map { (name: curve.name, curve: $0) }
      }
      guard let first = drawn.first?.curve else { return nil }
      let plot = CurvePlot(
        title: kind.heading, horizontal: first.horizontal, vertical: first.vertical,
        hasChanceLine: kind == .roc,
        lines: drawn.enumerated().map { index, line in
          CurvePlot.Line(
            name: line.name, points: line.curve.points, area: line.curve.area, style: index)
        })
      return plot.svg.map {
        ["shape": "square", "heading": kind.heading, "svg": $0, "note": kind.note]
      }
    }
  }
}
