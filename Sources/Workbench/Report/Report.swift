import Inspection

/// What one evaluation or one round of predictions found, ready to be shown as a single HTML document.
///
/// A plain value: it knows pictures as encoded bytes and figures as numbers, nothing of detectors.
public struct Report: Sendable {
  /// What was inspected, for example the name of a data set.
  public var title: String
  /// One line on how, for example detector, backbone and image size.
  public var subtitle: String
  /// Measured figures, shown in this order.
  public var figures: [Figure]
  /// Drawn in one plot for each kind; at most eight in a plot can be told apart.
  public var curves: [Curve]
  /// Shown in this order, each as a section of its own.
  public var tables: [TableSection]
  /// Shown likewise, after the curves.
  public var details: [TableSection]
  /// What the detector has learnt, to look at.
  public var diagnostics: [Diagnostic]
  /// What made images anomalous; nil where it is not known.
  public var decision: Decision?
  /// Every image with its score; shown with wrong decisions first, then from the highest score to the lowest.
  public var entries: [Entry]
  /// Images that could not be inspected, with the reason.
  public var failures: [Row]
  /// Where the report comes from: versions, seed, hashes, hardware, timings.
  public var provenance: [Row]

  public init(
    title: String, subtitle: String = "", figures: [Figure] = [], curves: [Curve] = [],
    tables: [TableSection] = [], details: [TableSection] = [], diagnostics: [Diagnostic] = [],
    decision: Decision? = nil, entries: [Entry] = [], failures: [Row] = [], provenance: [Row] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.figures = figures
    self.curves = curves
    self.tables = tables
    self.details = details
    self.diagnostics = diagnostics
    self.decision = decision
    self.entries = entries
    self.failures = failures
    self.provenance = provenance
  }

  /// A name and what there is to say about it.
  public struct Row: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}
