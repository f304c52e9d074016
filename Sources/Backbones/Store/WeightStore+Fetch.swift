import Foundation
import Torch

extension WeightStore {
  /// Downloads the published weights of `architecture`, unless there are weights that load.
  ///
  /// A download that was ended goes on where it was. The file takes its place only when size and SHA-256 are the published
  /// ones; where none are published, when it loads.
  ///
  /// - Parameters:
  ///   - mirror: the URL of another place: of the file, or, with a slash at its end, of the folder of a file with the
  ///     published name.
  ///   - replacing: whether weights that are there go.
  ///   - patience: the longest silence of the server.
  ///   - report: is told the bytes that have come and all there are, if known; what it throws ends the download.
  /// - Throws: ``FetchError``, `StorageError`.
  public func fetch(
    _ architecture: BackboneArchitecture, from mirror: String? = nil, replacing: Bool = false,
    patience: Duration = .seconds(30), report: (Int, Int?) throws -> Void = { _, _ in }
  ) throws -> InstalledWeights {
    if !replacing, let file = state(of: architecture).usable {
      return InstalledWeights(file, sha256: try file.sha256(), of: architecture, isNew: false)
    }
    let published = architecture.published
    let address = mirror.map { $0.hasSuffix("/") ? $0 + published.fileName : $0 }
    do {
      return try install(
        from: address ?? published.address, architecture, patience: patience, report: report)
    } catch let error as DownloadError {
      throw FetchError(backbone: architecture.id, published: published, download: error)
    }
  }

  private func install(
    from address: String, _ architecture: BackboneArchitecture, patience: Duration,
    report: (Int, Int?) throws -> Void
  ) throws -> InstalledWeights {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme), url.host != nil
    else {
      throw DownloadError(address: address, reason: .unreachable("no http or https URL"))
    }
    let published = architecture.published
    try makeFolder()
    let part = try PartialFile("\(folder)/.\(architecture.id).part")
    let download = Download(
      address: url, byteCount: published.member == nil ? published.byteCount : nil,
      patience: patience)
    do { try download.run(into: part, report: report) } catch {
      if part.count == 0 { remove(part) }
      throw error
    }
    // Whatever is wrong with a complete file, it is of no use to the next attempt.
    defer { remove(part) }
    let unpacked = "\(part.path).unpacked"
    defer { unlink(unpacked) }
    let isPacked = try unpack(part.path, published, to: unpacked)
    let file = WeightFile(path: isPacked ? unpacked : part.path)
    let digest = try file.sha256()
    if let expected = published.sha256, digest != expected {
      throw DownloadError(address: address, reason: .digest(found: digest, expected: expected))
    }
    _ = try architecture.load(.file(file))
    let installed = try install(architecture, as: file.format(), sha256: digest) { target in
      if isPacked { try PartialFile(unpacked).move(to: target) } else { try part.move(to: target) }
    }
    return InstalledWeights(installed, sha256: digest, of: architecture, isNew: true)
  }

  private func remove(_ part: PartialFile) {
    part.remove()
    DownloadOrigin.remove(of: part)
  }

  /// Takes the weights out of the archive that they are published in; false where `path` is none.
  func unpack(_ path: String, _ published: PublishedWeights, to target: String) throws -> Bool {
    guard let member = published.member, let archive = try ZipFile(path),
      archive.names.contains(member)
    else { return false }
    try archive.unpack(member, to: target)
    return true
  }
}
