import Inspection
import Metrics
import Workbench

/// What one evaluation or one round of predictions found, ready to be shown as a single HTML document.
///
/// A plain value: it knows pictures as encoded bytes and metrics as numbers, nothing of detectors.
public struct Report: Sendable {
  /// What was inspected, for example the name of a data set.
  package var title: String
  /// One line on how, for example detector, backbone and image size.
  package var subtitle: String
  /// Headlines are shown, in the order of ``Metric/all``.
  package var metrics: EvaluationMetrics
  /// What a reader of the metrics should know, a sentence each.
  package var notes: [String]
  /// Drawn in one plot for each kind; at most eight in a plot can be told apart.
  package var curves: [Curve]
  /// Shown in this order, each as a section of its own.
  package var tables: [TableSection]
  /// Shown likewise, after the curves.
  package var details: [TableSection]
  /// What the detector has learned, to look at.
  package var diagnostics: [Diagnostic]
  /// What made images anomalous; nil where it is not known.
  package var decision: Decision?
  /// Every image with its score; shown with wrong decisions first, then from the highest score to the lowest.
  package var images: [InspectedImage]
  /// Images that could not be inspected, with the reason.
  package var failures: [Row]
  /// Where the report comes from: versions, seed, hashes, hardware, timings.
  package var provenance: [Row]

  package init(
    title: String, subtitle: String = "", metrics: EvaluationMetrics = .init(),
    notes: [String] = [],
    curves: [Curve] = [],
    tables: [TableSection] = [], details: [TableSection] = [], diagnostics: [Diagnostic] = [],
    decision: Decision? = nil, images: [InspectedImage] = [], failures: [Row] = [],
    provenance: [Row] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.metrics = metrics
    self.notes = notes
    self.curves = curves
    self.tables = tables
    self.details = details
    self.diagnostics = diagnostics
    self.decision = decision
    self.images = images
    self.failures = failures
    self.provenance = provenance
  }

  /// A name and what there is to say about it.
  package struct Row: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}

// MARK: - Curves

extension Report {
  /// A curve under the name that its plot shows; not drawn where a class is missing.
  package struct Curve: Sendable {
    package let name: String
    let kind: Kind
    let curve: EvaluationCurve?

    package init(_ name: String, roc: ROCCurve?) {
      (self.name, kind, curve) = (name, .roc, roc.map(EvaluationCurve.init))
    }

    package init(_ name: String, precisionRecall: PrecisionRecallCurve?) {
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
          + " The number after each name is the area under the curve."
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
