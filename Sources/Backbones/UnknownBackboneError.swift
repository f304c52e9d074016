import Foundation

/// A name that no backbone has.
public struct UnknownBackboneError: Error, Sendable, Hashable, CustomStringConvertible,
  LocalizedError
{
  public let id: String
  public let known: [String]

  public var description: String {
    "there is no backbone \"\(id)\"; choose one of \(known.joined(separator: ", "))"
  }
  public var errorDescription: String? { description }
}
