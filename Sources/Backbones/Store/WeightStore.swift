import Foundation
import Torch

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

  /// The published weights called `id` as they are in their file, whether or not there is an architecture of that name.
  ///
  /// - Throws: ``WeightsError`` where there are none, `StorageError` where their file is damaged.
  public func tensors(_ id: String) throws -> [String: Tensor] {
    if let architecture = BackboneRegistry.all.first(where: { $0.id == id }) {
      return try file(for: architecture).tensors()
    }
    let candidates = candidates(id)
    guard let path = candidates.first(where: FileManager.default.fileExists(atPath:)) else {
      throw WeightsError(
        backbone: id, candidates: candidates,
        remedy: "save torchvision's state_dict of \(id) there")
    }
    return try WeightFile(path: path).tensors()
  }
}
