import Torch

/// A checkpoint on disk, `.pth` or `.safetensors`.
public struct WeightFile: Sendable, Hashable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The digest by which a saved model knows the weights again: 64 hexadecimal digits.
  ///
  /// - Throws: `StorageError` where the file cannot be read.
  public func sha256() throws -> String { try SHA256.hex(ofFile: path) }

  /// The tensors by name.
  ///
  /// - Throws: `StorageError` where the file cannot be read or is damaged.
  func tensors() throws -> [String: Tensor] {
    if path.hasSuffix(".safetensors") { return try SafeTensors.read(path).tensors }
    return Dictionary(
      try TorchCheckpoint.read(path).stateDictionary().map { ($0.name, $0.tensor) },
      uniquingKeysWith: { _, last in last })
  }
}
