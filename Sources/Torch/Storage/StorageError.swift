import Foundation

/// What went wrong with a file that holds or shall hold tensors, in one line a person can act on.
public struct StorageError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The path of the file, or the name given for bytes in memory.
  public let file: String
  /// What was found, or what failed.
  public let found: String
  /// What was expected in its place; empty where the finding says it all.
  public let expected: String
  /// What the reader of the message can do.
  public let remedy: String

  public init(file: String, found: String, expected: String = "", remedy: String) {
    self.file = file
    self.found = found
    self.expected = expected
    self.remedy = remedy
  }

  public var description: String {
    "\(file): \(found)" + (expected.isEmpty ? "" : ", expected \(expected)") + "; \(remedy)"
  }

  public var errorDescription: String? { description }
}
