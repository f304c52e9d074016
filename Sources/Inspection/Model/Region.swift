/// A connected part of an image that is anomalous, in pixels of the original image.
public struct Region: Codable, Sendable, Hashable {
  public let x: Int
  public let y: Int
  public let width: Int
  public let height: Int
  /// Anomalous pixels, rounded from the model's resolution.
  public let area: Int
  /// The largest value of the map inside.
  public let peak: Float
}
