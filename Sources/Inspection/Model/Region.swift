/// A connected part of an image that is anomalous, in pixels of the original image.
public struct Region: Codable, Sendable, Hashable {
  /// The leftmost column of its bounding box.
  public let x: Int
  /// The topmost row of its bounding box.
  public let y: Int
  /// Columns of its bounding box.
  public let width: Int
  /// Rows of its bounding box.
  public let height: Int
  /// Anomalous pixels, rounded from the model's resolution.
  public let area: Int
  /// The largest value of the map inside.
  public let peak: Float
  /// log10 of the false alarms an image that come with accepting the region; nil where a threshold
  /// decides.
  public let log10FalseAlarms: Double?
  /// The scale of the evidence that speaks loudest; nil where a threshold decides.
  public let scale: String?
  /// The outer boundary, then those of holes, each a closed line from corner to corner.
  public let contours: [[Corner]]

  /// A corner of pixels: columns and rows counted from the image's top left corner.
  public struct Corner: Codable, Sendable, Hashable {
    /// Columns to its left.
    public let x: Int
    /// Rows above it.
    public let y: Int

    package init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }

    /// Encodes as `[x, y]`.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(x)
      try container.encode(y)
    }

    public init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      x = try container.decode(Int.self)
      y = try container.decode(Int.self)
    }
  }
}
