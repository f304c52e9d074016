/// One image of a data set: where it is, and what is known of it.
public struct Sample: Sendable, Hashable, Codable {
  public enum Label: Sendable, Hashable, Codable {
    case good
    /// The kind is the name that the data set gives the defect.
    case defective(kind: String)
    case unknown
  }

  /// Path of the image file.
  public let path: String
  /// Path below the data set's folder, which names the sample in results.
  public let name: String
  public let label: Label
  /// Path of the image that marks the defect, nonzero where it is.
  public let maskPath: String?

  public init(path: String, name: String, label: Label, maskPath: String? = nil) {
    self.path = path
    self.name = name
    self.label = label
    self.maskPath = maskPath
  }

  /// Nil where it is not known.
  public var isDefective: Bool? {
    switch label {
    case .good: false
    case .defective: true
    case .unknown: nil
    }
  }

  /// `good`, the kind of defect, or `unlabeled`.
  public var kind: String {
    switch label {
    case .good: "good"
    case .defective(let kind): kind
    case .unknown: "unlabeled"
    }
  }
}
