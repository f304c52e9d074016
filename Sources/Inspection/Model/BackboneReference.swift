/// Which weights a model's features come from.
public struct BackboneReference: Codable, Sendable, Hashable {
  public let id: String
  /// Of the weights' file.
  public let sha256: String

  public init(id: String, sha256: String) {
    self.id = id
    self.sha256 = sha256
  }
}
