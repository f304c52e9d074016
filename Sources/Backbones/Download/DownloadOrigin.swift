import Foundation
import Torch

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

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
