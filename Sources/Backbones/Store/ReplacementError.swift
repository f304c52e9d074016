import Foundation

/// Other weights are installed already, and models may have been fitted on them.
public struct ReplacementError: Error, Sendable, Hashable, CustomStringConvertible, LocalizedError {
  public let backbone: String
  /// The path of the weights that are there.
  public let file: String
  public let sha256: String

  public var description: String {
    "\(backbone): there are other weights in \(file) (SHA-256 \(sha256.prefix(12))...), and models fitted on them need"
      + " them; --replace puts the new ones in their place"
  }
  public var errorDescription: String? { description }
}
