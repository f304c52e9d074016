import Foundation
import Torch

/// The folder of published weights, one file for each backbone: `<home>/weights/<id>.pth` or `.safetensors`.
public struct WeightStore: Sendable, Hashable {
  /// The folder of the files.
  public let folder: String

  /// The folder `weights` of `home`.
  public init(home: Home = .standard) { folder = home.path + "/weights" }

  /// The places where the weights of a backbone may be, in the order they are looked at.
  package func candidates(_ id: String) -> [String] {
    ["safetensors", "pth"].map { "\(folder)/\(id).\($0)" }
  }

  /// The published weights of `architecture`.
  ///
  /// - Throws: ``WeightsError`` where there are none.
  public func file(for architecture: BackboneArchitecture) throws(WeightsError) -> WeightFile {
    try file(architecture.id, remedy: architecture.weightsRemedy)
  }

  private func file(_ id: String, remedy: String) throws(WeightsError) -> WeightFile {
    guard let file = present(id) else {
      throw WeightsError(backbone: id, candidates: candidates(id), remedy: remedy)
    }
    return file
  }

  /// The first of the candidates that is there.
  private func present(_ id: String) -> WeightFile? {
    candidates(id).first(where: FileManager.default.fileExists(atPath:)).map(WeightFile.init(path:))
  }

  /// The published weights of `architecture`, or of each of its parts.
  ///
  /// - Throws: ``WeightsError`` for the first that is not there.
  public func files(for architecture: BackboneArchitecture) throws(WeightsError) -> [WeightFile] {
    try architecture.withFiles.map(file(for:))
  }

  /// The published weights called `id` as they are in their file, whether or not there is an architecture of that name.
  ///
  /// - Throws: ``WeightsError`` where there are none, `StorageError` where their file is damaged.
  public func tensors(_ id: String) throws -> [String: Tensor] {
    let architecture = BackboneRegistry.standard.architectures.first { $0.id == id }
    let remedy = architecture?.weightsRemedy ?? "save torchvision's state_dict of \(id) there"
    return try file(id, remedy: remedy).tensors()
  }
}

/// What is fetched or imported is noted in `<id>.sha256` beside it, as `sha256sum --check` reads it.
extension WeightStore {
  /// Hashes and loads the weights of `architecture`.
  package func state(of architecture: BackboneArchitecture) -> WeightState {
    guard let file = present(architecture.id) else { return .absent }
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
