import Foundation

/// Weights could not be fetched; with the way to get them all the same.
public struct FetchError: Error, Sendable, Hashable, CustomStringConvertible, LocalizedError {
  public let backbone: String
  public let published: PublishedWeights
  public let download: DownloadError

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
