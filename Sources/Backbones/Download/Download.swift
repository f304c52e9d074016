import Foundation
import Torch

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Fetches one file over HTTP and goes on where an earlier attempt ended, be it one of another day.
///
/// Bytes of two versions of a file are never put together: a server is asked for the rest only where it told a strong
/// ETag or a date before, and sends everything where that no longer fits (RFC 9110, sections 13.1.5 and 14).
struct Download {
  let address: URL
  /// The size of the file, in bytes, where it is known beforehand.
  var byteCount: Int?
  /// The longest silence of the server.
  var patience = Duration.seconds(30)

  /// Attempts in a row, each of which must have brought something.
  private static let mostAttempts = 20

  /// Brings `file` to its end.
  ///
  /// - Parameter report: is told the bytes that are there and all there are to be, if known, several times a second;
  ///   what it throws ends the download.
  /// - Throws: ``DownloadError``, `StorageError`. What has come stays in `file` for the next time.
  func run(into file: PartialFile, report: (Int, Int?) throws -> Void) throws {
    for attempt in 1...Self.mostAttempts {
      let before = file.count
      do {
        try self.attempt(file, report: report)
        return
      } catch let error as DownloadError {
        guard error.isInterruption, file.count != before, attempt < Self.mostAttempts else {
          throw error
        }
      }
    }
  }

  private func attempt(_ file: PartialFile, report: (Int, Int?) throws -> Void) throws {
    let origin = DownloadOrigin(of: file)
    if origin?.address != address.absoluteString { try file.clear() }
    let exchange = HTTPTransfer(request(for: file, of: origin), patience: patience)
    defer { exchange.close() }
    var total = byteCount
    let response = try exchange.head { try report(file.count, total) }
    let sent = DownloadOrigin(address: address, response)
    switch response.statusCode {
    case 200:
      try file.clear()
      try DownloadOrigin.note(sent, for: file)
      total = response.length ?? total
    case 206 where response.rangeStart == file.count && (sent ?? origin) == origin:
      total = response.rangeTotal ?? total
    case 416 where file.count > 0 && response.rangeTotal == file.count: return
    case 206, 416:
      // What is here is no part of what is there.
      try file.clear()
      throw error(.changed)
    default: throw error(.refused(status: response.statusCode))
    }
    if let byteCount, let total, total != byteCount {
      try file.clear()
      throw error(.size(found: total, expected: byteCount))
    }
    while let chunks = try exchange.next(whileWaiting: { try report(file.count, total) }) {
      for chunk in chunks { try file.append(chunk) }
      try report(file.count, total)
    }
    if let total, file.count != total {
      throw error(.cut("\(file.count) of \(total) bytes came"))
    }
  }

  private func request(for file: PartialFile, of origin: DownloadOrigin?) -> URLRequest {
    var request = URLRequest(url: address)
    // Compressed on the way, bytes of the file could not be counted.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if file.count > 0, let origin {
      request.setValue("bytes=\(file.count)-", forHTTPHeaderField: "Range")
      request.setValue(origin.validator, forHTTPHeaderField: "If-Range")
    }
    return request
  }

  private func error(_ reason: DownloadError.Reason) -> DownloadError {
    DownloadError(address: address.absoluteString, reason: reason)
  }
}

extension HTTPURLResponse {
  fileprivate var length: Int? { value(forHTTPHeaderField: "Content-Length").flatMap { Int($0) } }

  /// The first number of `bytes 100-199/200`.
  fileprivate var rangeStart: Int? {
    value(forHTTPHeaderField: "Content-Range")?.split(separator: "-").first
      .flatMap { Int($0.drop { !$0.isNumber }) }
  }

  /// The last number of `bytes 100-199/200` or `bytes */200`.
  fileprivate var rangeTotal: Int? {
    value(forHTTPHeaderField: "Content-Range")?.split(separator: "/").last.flatMap { Int($0) }
  }
}

/// Which version of which file a partial download is a part of, noted in a file beside it.
struct DownloadOrigin: Equatable {
  let address: String
  /// A strong ETag or a date, by which the server knows the version again.
  let validator: String

  init?(address: URL, _ response: HTTPURLResponse) {
    let tag = response.value(forHTTPHeaderField: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
    guard let validator = tag ?? response.value(forHTTPHeaderField: "Last-Modified") else {
      return nil
    }
    self.address = address.absoluteString
    self.validator = validator
  }

  /// What was noted for `file`; nil where nothing was, or nothing that can be read.
  init?(of file: PartialFile) {
    let note = FileManager.default.contents(atPath: Self.path(file)) ?? Data()
    let lines = String(decoding: note, as: UTF8.self).split(separator: "\n")
    guard lines.count == 2 else { return nil }
    address = String(lines[0])
    validator = String(lines[1])
  }

  /// Notes the origin of `file`; without one, an earlier note goes.
  static func note(_ origin: DownloadOrigin?, for file: PartialFile) throws {
    guard let origin else {
      remove(of: file)
      return
    }
    try AtomicFile.write("\(origin.address)\n\(origin.validator)\n", to: path(file))
  }

  static func remove(of file: PartialFile) { unlink(path(file)) }

  private static func path(_ file: PartialFile) -> String { "\(file.path).origin" }
}
