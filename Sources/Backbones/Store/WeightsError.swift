import Foundation

/// The weights of a backbone are nowhere to be found.
public struct WeightsError: Error, Sendable, Hashable, CustomStringConvertible, LocalizedError {
  public let backbone: String
  /// Every path that was looked at.
  public let candidates: [String]
  /// The way out, as a clause of a sentence.
  public let remedy: String

  public var description: String {
    "no weights for \(backbone): looked for \(candidates.joined(separator: " and ")); \(remedy)"
  }
  public var errorDescription: String? { description }
}
