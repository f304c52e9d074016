import Foundation
import Torch

/// A checkpoint on disk, `.pth` or `.safetensors`.
public struct WeightFile: Sendable, Hashable {
  /// The path of the file.
  public let path: String

  /// - Parameter path: of the file, which is read when the weights are needed.
  public init(path: String) { self.path = path }

  /// The digest by which a saved model knows the weights again: 64 hexadecimal digits.
  ///
  /// - Throws: `StorageError` where the file cannot be read.
  package func sha256() throws -> String { try SHA256.hex(ofFile: path) }

  /// The size in bytes.
  ///
  /// - Throws: `StorageError` where the file cannot be read.
  package func byteCount() throws -> Int { try MappedFile(path).bytes.count }

  /// The tensors by name.
  ///
  /// - Throws: `StorageError` where the file cannot be read or is damaged.
  func tensors() throws -> [String: Tensor] {
    if try path.hasSuffix(".safetensors") || format() == "safetensors" {
      return try SafeTensors.read(path).tensors
    }
    return Dictionary(
      try TorchCheckpoint.read(path).stateDictionary().map { ($0.name, $0.tensor) },
      uniquingKeysWith: { _, last in last })
  }

  /// The ending that belongs to the content, whatever the file is called: `safetensors` or `pth`.
  ///
  /// - Throws: `StorageError` where the file cannot be read.
  func format() throws -> String {
    // The header of safetensors is JSON after eight bytes of length; no checkpoint of torch.save has a brace there.
    try MappedFile(path).withBytes {
      $0.count > 8 && $0[8] == UInt8(ascii: "{") ? "safetensors" : "pth"
    }
  }
}

/// Where the weights of a backbone come from.
public enum WeightSource: Sendable {
  /// The published ones, from where `make` or the user has put them.
  case published(WeightStore = WeightStore())
  /// Checkpoints with the architecture's own keys: one, or one for each of its ``BackboneArchitecture/parts``.
  case files([WeightFile])
  /// A state dictionary with the architecture's own keys.
  case tensors([String: Tensor])
  /// Reproducible noise, for tests and for measuring speed.
  case random(seed: UInt64)

  /// One checkpoint with the architecture's own keys.
  public static func file(_ file: WeightFile) -> WeightSource { .files([file]) }
}

/// What stands in the store for a backbone.
package enum WeightState: Sendable, Hashable {
  case absent
  /// The published file, byte for byte.
  case published(WeightFile)
  /// A file as it was installed, whose digest is not, or cannot be known to be, that of the published one.
  case own(WeightFile)
  /// A file that loads; where it is from is noted nowhere.
  case unknown(WeightFile)
  /// A file that does not load, or is no longer as it was installed.
  case damaged(WeightFile, reason: String)

  /// The file, whatever is to be said of it; nil where there is none.
  package var file: WeightFile? {
    switch self {
    case .absent: nil
    case .published(let file), .own(let file), .unknown(let file), .damaged(let file, _): file
    }
  }

  /// The file, where it can be relied on.
  var usable: WeightFile? {
    if case .damaged = self { nil } else { file }
  }
}

/// What came of fetching or importing weights.
public struct InstalledWeights: Sendable, Hashable, CustomStringConvertible {
  /// The file in the store.
  public let file: WeightFile
  /// The digest of the file: 64 hexadecimal digits.
  public let sha256: String
  /// Whether it is the published file, byte for byte; nil where no digest of that is published.
  public let isPublished: Bool?
  /// False where the file was there already.
  public let isNew: Bool

  init(
    _ file: WeightFile, sha256: String, of architecture: BackboneArchitecture, isNew: Bool
  ) {
    self.file = file
    self.sha256 = sha256
    isPublished = architecture.published.sha256.map { $0 == sha256 }
    self.isNew = isNew
  }

  public var description: String {
    let kind =
      switch isPublished {
      case true?: "the published file"
      case false?: "not the published file"
      case nil: "SHA-256 \(sha256); none is published to compare it with"
      }
    return "\(isNew ? "installed as" : "already in") \(file.path) (\(kind))"
  }
}
