import Imaging
import Inspection

extension Report {
  /// A picture of what was learnt.
  public struct Exhibit: Sendable {
    public var heading: String
    /// How to read it.
    public var note: String
    public var picture: Picture

    public init(heading: String, note: String = "", picture: Picture) {
      self.heading = heading
      self.note = note
      self.picture = picture
    }

    /// - Throws: where the picture cannot be encoded.
    public init(_ exhibit: Inspection.Exhibit) throws {
      self.init(
        heading: exhibit.heading, note: exhibit.note,
        picture: Picture(Array(try Image(tiles: exhibit.tiles).pngData(level: 9))))
    }
  }
}
