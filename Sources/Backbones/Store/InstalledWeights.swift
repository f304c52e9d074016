/// What came of fetching or importing weights.
public struct InstalledWeights: Sendable, Hashable, CustomStringConvertible {
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
