import Torch

/// Which weights a model's features come from.
public struct BackboneReference: Codable, Sendable, Hashable {
  public let id: String
  /// Of the weights' file; where there are several, of their digests one after the other.
  public let sha256: String
  /// The backbones that it is made of, where there are several.
  public let parts: [BackboneReference]?

  public init(id: String, sha256: String) {
    self.id = id
    self.sha256 = sha256
    parts = nil
  }

  public init(id: String, parts: [BackboneReference]) {
    self.id = id
    sha256 = SHA256.hex(of: Array(parts.map(\.sha256).joined().utf8))
    self.parts = parts
  }
}
