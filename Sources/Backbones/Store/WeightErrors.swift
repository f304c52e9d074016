import Foundation

/// The weights of a backbone are nowhere to be found.
public struct WeightsError: Error, Sendable, Hashable, CustomStringConvertible, LocalizedError {
  /// The id of the backbone.
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

/// Weights could not be fetched; with the way to get them all the same.
public struct FetchError: Error, Sendable, Hashable, CustomStringConvertible, LocalizedError {
  /// The id of the backbone.
  public let backbone: String
  /// Where its weights are published.
  public let published: PublishedWeights
  package let download: DownloadError

  public var description: String { "\(backbone): \(download); \(remedy)" }
  public var errorDescription: String? { description }

  private var remedy: String {
    let file = download.address == published.address ? "it" : published.address
    let bring =
      "download \(file) elsewhere, bring it here, and run"
      + " `blemish weights import \(backbone) \(published.fileName)`"
    return switch download.reason {
    case .cut, .silent, .changed:
      "run the same command again to resume; or \(bring)"
    case .unreachable, .refused, .insecure: "name a mirror with --from, or \(bring)"
    case .size, .digest: "nothing was installed; name a mirror with --from, or \(bring)"
    }
  }
}

/// Other weights are installed already, and models may have been fitted on them.
public struct ReplacementError: Error, Sendable, Hashable, CustomStringConvertible, LocalizedError {
  /// The id of the backbone.
  public let backbone: String
  /// The path of the weights that are there.
  public let file: String
  /// The digest of that file: 64 hexadecimal digits.
  public let sha256: String

  public var description: String {
    "\(backbone): there are other weights in \(file) (SHA-256 \(sha256.prefix(12))...), and models fitted on them need"
      + " them; --replace puts the new ones in their place"
  }
  public var errorDescription: String? { description }
}
