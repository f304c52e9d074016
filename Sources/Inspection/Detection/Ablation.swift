/// A detector with one of its parts left out, or another in its place: what the part is worth shows in the difference.
public struct Ablation: Sendable {
  /// A name that a folder can have, such as `without-location`.
  public let name: String
  /// What is otherwise, in so many words.
  public let change: String
  /// The settings that make it so.
  public let settings: [String: JSONValue]

  public init(_ name: String, _ change: String, _ settings: [String: JSONValue]) {
    self.name = name
    self.change = change
    self.settings = settings
  }
}

/// A detector that tells what it can be tried without.
public protocol AblatableDetector: Detector {
  static var ablations: [Ablation] { get }
}
