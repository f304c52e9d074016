import Foundation

/// What stands in the way of an inspection, in one line that a person can act on.
public struct InspectionError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The file, folder or option that the finding is about.
  public let subject: String
  public let found: String
  /// What the reader can do.
  public let remedy: String

  public init(_ subject: String, found: String, remedy: String) {
    self.subject = subject
    self.found = found
    self.remedy = remedy
  }

  public var description: String { "\(subject): \(found); \(remedy)" }
  public var errorDescription: String? { description }
}
