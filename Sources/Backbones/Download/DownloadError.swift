import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Why a file did not come from its address.
package struct DownloadError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong.
  package enum Reason: Sendable, Hashable {
    /// The host is not known, or does not take the call; with what the system says.
    case unreachable(String)
    /// The server answered with an HTTP status other than success.
    case refused(status: Int)
    /// The transfer broke off before the end; with what is known of it.
    case cut(String)
    /// The file on the server is no longer the one of which a part had come.
    case changed
    /// The server said nothing for this long.
    case silent(Duration)
    /// A redirection from https to this address, which is not.
    case insecure(String)
    /// The file has another size than the published one, in bytes.
    case size(found: Int, expected: Int)
    /// The file has another SHA-256 than the published one.
    case digest(found: String, expected: String)
  }

  /// The URL of the file.
  package let address: String
  /// What went wrong.
  package let reason: Reason

  init(address: String, reason: Reason) {
    self.address = address
    self.reason = reason
  }

  init(address: String, _ error: any Error) {
    let code = (error as? URLError)?.code
    let text = error.localizedDescription
    let unreachable: [URLError.Code] = [
      .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet,
      .secureConnectionFailed, .serverCertificateUntrusted, .badURL, .unsupportedURL,
    ]
    self.init(
      address: address,
      reason: code.map(unreachable.contains) == true ? .unreachable(text) : .cut(text))
  }

  /// Whether another attempt can go on where this one ended.
  var isInterruption: Bool {
    switch reason {
    case .cut, .silent, .changed: true
    default: false
    }
  }

  package var description: String {
    switch reason {
    case .unreachable(let text): "\(address) cannot be reached (\(text))"
    case .refused(let status):
      "\(address): \([404, 410].contains(status) ? "no such file is there" : "the server refuses it")"
        + " (HTTP \(status))"
    case .cut(let text): "\(address): the transfer broke off (\(text))"
    case .changed: "\(address): the file has changed since a part of it came"
    case .silent(let patience):
      "\(address): the server said nothing for \(patience.components.seconds) s"
    case .insecure(let target): "\(address) leads to \(target), which is not secured by https"
    case .size(let found, let expected):
      "\(address) has \(found) bytes, the published file has \(expected)"
    case .digest(let found, let expected):
      "\(address) has the SHA-256 \(found), the published file has \(expected)"
    }
  }
}
