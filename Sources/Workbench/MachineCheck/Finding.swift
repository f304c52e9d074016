/// One thing that the examination of a machine looked at.
public struct Finding: Sendable {
  public enum State: String, Sendable {
    case ok
    /// The defaults do without it.
    case absent
    /// The defaults need it.
    case missing
  }

  public let subject: String
  public let state: State
  public let found: String
  /// How to get what is not there.
  public let remedy: String?
}
