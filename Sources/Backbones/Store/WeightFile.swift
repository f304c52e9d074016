import Foundation
import Torch

/// A checkpoint on disk, `.pth` or `.safetensors`.
public struct WeightFile: Sendable, Hashable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The digest by which a saved model knows the weights again: 64 hexadecimal digits.
  ///
  /// - Throws: `StorageError` where the file cannot be read.
  public func sha256() throws -> String { try SHA256.hex(ofFile: path) }

  /// The size in bytes.
  ///
  /// - Throws: `StorageError` where the file cannot be read.
  public func byteCount() throws -> Int { try MappedFile(path).bytes.count }

  /// The tensors by name.
  ///
  /// - Throws: `StorageError` where the file cannot be read or is damaged.
  func tensors() throws -> [String: Tensor] {
    if path.hasSuffix(".safetensors") || format == "safetensors" {
      return try SafeTensors.read(path).tensors
    }
    return Dictionary(
      try TorchCheckpoint.read(path).stateDictionary().map { ($0.name, $0.tensor) },
      uniquingKeysWith: { _, last in last })
  }

  /// The ending that belongs to the content, whatever the file is called: `safetensors` or `pth`.
  var format: String {
    // The header of safetensors is JSON after eight bytes of length; no checkpoint of torch.save has a brace there.
    let head = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 9)
    return head?.count == 9 && head?.last == UInt8(ascii: "{") ? "safetensors" : "pth"
  }
}
