import Imaging

/// A picture of what a detector has learnt, for whoever wants to understand its answers.
public struct Exhibit: Sendable {
  public let heading: String
  /// How to read it.
  public let note: String
  public let image: Image

  public init(heading: String, note: String, image: Image) {
    self.heading = heading
    self.note = note
    self.image = image
  }
}
