/// What stands in the way of an inspection, in one line that a person can act on.
public struct InspectionError: Error, Equatable, CustomStringConvertible {
  /// The file, folder or option that the finding is about.
  public let subject: String
  /// What is wrong with it.
  public let found: String
  /// What the reader can do.
  public let remedy: String
  /// Whether what was asked for cannot be, whatever the files hold: a folder that is not there, a setting out of range.
  public let isUsage: Bool

  /// - Parameters:
  ///   - subject: the file, folder or option.
  ///   - found: what is wrong with it.
  ///   - remedy: what the reader can do.
  ///   - isUsage: whether what was asked for cannot be; the command then ends with 2.
  public init(_ subject: String, found: String, remedy: String, isUsage: Bool = false) {
    self.subject = subject
    self.found = found
    self.remedy = remedy
    self.isUsage = isUsage
  }

  /// Subject, finding and remedy in one line.
  public var description: String { "\(subject): \(found); \(remedy)" }
}
