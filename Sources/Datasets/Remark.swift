/// Something that reading a data set, or looking at its images, noticed and a person would want to know.
public struct Remark: Sendable, Hashable {
  public enum Severity: Sendable, Hashable {
    /// What was taken and what was not.
    case fact
    /// What may not be as it was meant.
    case doubt
  }

  /// What the remark is of.
  public enum Part: Sendable, Hashable {
    case all, training, test
  }

  public let severity: Severity
  /// One line, which names what it is about.
  public let text: String
  public var part: Part

  public init(_ severity: Severity, _ text: String, of part: Part = .all) {
    self.severity = severity
    self.text = text
    self.part = part
  }

  static func fact(_ text: String, of part: Part = .all) -> Remark { Remark(.fact, text, of: part) }
  static func doubt(_ text: String, of part: Part = .all) -> Remark {
    Remark(.doubt, text, of: part)
  }
}
