import Imaging
import Inspection

extension Report {
  /// A picture or a drawing of what was learnt.
  public struct Diagnostic: Sendable {
    public var heading: String
    /// How to read it.
    public var note: String
    public var picture: Picture?
    /// A drawing as an SVG element, in place of a picture.
    var drawing: String?

    public init(heading: String, note: String = "", picture: Picture) {
      self.heading = heading
      self.note = note
      self.picture = picture
    }

    /// - Throws: where the picture cannot be encoded.
    public init(_ diagnostic: Inspection.Diagnostic) throws {
      heading = diagnostic.heading
      note = diagnostic.note
      switch diagnostic.content {
      case .tiles(let tiles):
        picture = Picture(Array(try Image(tiles: tiles).pngData(level: 9)))
      case .plot(let plot): drawing = LinePlot(title: diagnostic.heading, plot: plot).svg
      }
    }

    var view: [String: Any] {
      let view: [String: Any?] = [
        "heading": heading, "note": note, "address": picture?.address, "drawing": drawing,
      ]
      return view.compactMapValues { $0 }
    }
  }
}
