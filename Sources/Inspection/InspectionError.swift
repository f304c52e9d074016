import Foundation

/// What stands in the way of an inspection, in one line that a person can act on.
public struct InspectionError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The file, folder or option that the finding is about.
  public let subject: String
  public let found: String
  /// What the reader can do.
  public let remedy: String
  /// Whether what was asked for cannot be, whatever the files hold: a folder that is not there, a setting out of range.
  public let isUsage: Bool

  public init(_ subject: String, found: String, remedy: String, isUsage: Bool = false) {
    self.subject = subject
    self.found = found
    self.remedy = remedy
    self.isUsage = isUsage
  }

  public var description: String { "\(subject): \(found); \(remedy)" }
  public var errorDescription: String? { description }

  /// What the system says is the reason of an error that Foundation throws: `No space left on device`.
  public static func reason(_ error: any Error) -> String {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error { return reason(cause) }
    return error.localizedDescription
  }
}
