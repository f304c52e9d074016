import Foundation
import Torch

/// What is fetched or imported is noted in `<id>.sha256` beside it, as `sha256sum --check` reads it.
extension WeightStore {
  /// Hashes and loads the weights of `architecture`.
  public func state(of architecture: BackboneArchitecture) -> WeightState {
    guard let file = try? file(for: architecture) else { return .absent }
    do {
      let digest = try file.sha256()
      let noted = notedDigest(of: file, architecture.id)
      if let noted, noted != digest {
        return .damaged(
          file,
          reason: "its SHA-256 begins \(digest.prefix(12)), that of the file that was"
            + " installed begins \(noted.prefix(12))")
      }
      _ = try architecture.load(.file(file))
      if digest == architecture.published.sha256 { return .published(file) }
      return noted == nil ? .unknown(file) : .own(file)
    } catch {
      return .damaged(file, reason: "\(error)")
    }
  }

  /// Lets `move` put a complete file where the weights of `architecture` belong, and notes its digest.
  func install(
    _ architecture: BackboneArchitecture, as format: String, sha256: String,
    move: (String) throws -> Void
  ) throws -> WeightFile {
    let file = WeightFile(path: "\(folder)/\(architecture.id).\(format)")
    try move(file.path)
    try note(sha256, of: file, architecture.id)
    for other in candidates(architecture.id) where other != file.path { unlink(other) }
    return file
  }

  /// Notes that `file` is as it should be.
  func note(_ sha256: String, of file: WeightFile, _ id: String) throws {
    let name = file.path.split(separator: "/").last ?? ""
    try AtomicFile.write("\(sha256)  \(name)\n", to: notePath(id))
  }

  func makeFolder() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StorageError(
        file: folder, found: "the folder cannot be made (\(error.localizedDescription))",
        remedy: "mend its permissions, or name another place in BLEMISH_HOME")
    }
  }

  private func notePath(_ id: String) -> String { "\(folder)/\(id).sha256" }

  private func notedDigest(of file: WeightFile, _ id: String) -> String? {
    let note = FileManager.default.contents(atPath: notePath(id)) ?? Data()
    let words = String(decoding: note, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 2, file.path.hasSuffix("/\(words[1])") else { return nil }
    return String(words[0])
  }
}
