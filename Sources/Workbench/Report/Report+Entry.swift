extension Report {
  /// One inspected image: what it is, what was found, and pictures of both.
  public struct Entry: Sendable {
    /// What is known about the image beforehand.
    public enum Truth: Sendable, Equatable {
      case good
      /// Defective, with the kind of defect.
      case defective(String)
      case unlabeled
    }

    /// What the decision comes to, given the truth.
    public enum Verdict: Sendable {
      case found, missed, passed, falseAlarm
      /// Anomalous, or not, by decision alone: the truth is unknown.
      case flagged, unflagged
    }

    /// Path within the data set.
    public var name: String
    public var truth: Truth
    /// Higher is more anomalous.
    public var score: Double
    /// log10 of the false alarms in a good image that come with calling this one anomalous; nil where a threshold decides.
    public var log10FalseAlarms: Double?
    public var isAnomalous: Bool
    /// What the strongest region was found at; nil where nothing was, or where it is not known.
    public var scale: String?
    public var original: Picture?
    /// The image under its heatmap.
    public var overlay: Picture?
    /// The pixels found anomalous.
    public var mask: Picture?
    public var groundTruth: Picture?

    public init(
      name: String, truth: Truth, score: Double, log10FalseAlarms: Double? = nil,
      isAnomalous: Bool, scale: String? = nil, original: Picture? = nil, overlay: Picture? = nil,
      mask: Picture? = nil,
      groundTruth: Picture? = nil
    ) {
      self.name = name
      self.truth = truth
      self.score = score
      self.log10FalseAlarms = log10FalseAlarms
      self.isAnomalous = isAnomalous
      self.scale = scale
      self.original = original
      self.overlay = overlay
      self.mask = mask
      self.groundTruth = groundTruth
    }

    public var verdict: Verdict {
      switch (truth, isAnomalous) {
      case (.good, false): .passed
      case (.good, true): .falseAlarm
      case (.defective, false): .missed
      case (.defective, true): .found
      case (.unlabeled, false): .unflagged
      case (.unlabeled, true): .flagged
      }
    }
  }
}
