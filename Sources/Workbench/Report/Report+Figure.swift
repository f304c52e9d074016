extension Report {
  /// A measured number; nil where it is undefined, which the report shows as "n/a".
  public struct Figure: Sendable, Equatable {
    public enum Unit: Sendable {
      /// A share of 1, such as an AUROC.
      case ratio
      case count
      case milliseconds
      case seconds
      /// A score on the detector's own scale.
      case score
    }

    public var name: String
    public var value: Double?
    public var unit: Unit
    /// What the number says, in a few words.
    public var meaning: String

    public init(_ name: String, _ value: Double?, unit: Unit = .ratio, meaning: String = "") {
      self.name = name
      self.value = value
      self.unit = unit
      self.meaning = meaning
    }

    /// The number with sensible digits and its unit.
    public var text: String {
      guard let value, value.isFinite else { return Digits.undefined }
      return switch unit {
      case .ratio: Digits.ratio(value)
      case .count: Digits.fixed(value, 0)
      case .milliseconds: Digits.significant(value, 3) + " ms"
      case .seconds: Digits.significant(value, 3) + " s"
      case .score: Digits.significant(value, 4)
      }
    }
  }
}
