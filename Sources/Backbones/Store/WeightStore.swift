import Foundation

/// The folder of published weights, one file for each backbone: `<home>/weights/<id>.pth` or `.safetensors`.
public struct WeightStore: Sendable, Hashable {
  public let folder: String

  public init(home: Home = .standard) { folder = home.path + "/weights" }

  /// The places where the weights of a backbone may be, in the order they are looked at.
  public func candidates(_ id: String) -> [String] {
    ["safetensors", "pth"].map { "\(folder)/\(id).\($0)" }
  }

  /// The published weights of `architecture`.
  ///
  /// - Throws: ``WeightsError`` where there are none.
  public func file(for architecture: BackboneArchitecture) throws(WeightsError) -> WeightFile {
    let candidates = candidates(architecture.id)
    guard let path = candidates.first(where: FileManager.default.fileExists(atPath:)) else {
      throw WeightsError(
        backbone: architecture.id, candidates: candidates, remedy: architecture.weightsRemedy)
    }
    return WeightFile(path: path)
  }

  /// The published weights of `architecture`, or of each of its parts.
  ///
  /// - Throws: ``WeightsError`` for the first that is not there.
  public func files(for architecture: BackboneArchitecture) throws(WeightsError) -> [WeightFile] {
    try architecture.withFiles.map(file(for:))
  }
}
