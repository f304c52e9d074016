import Imaging
import Inspection
import Torch
import Workbench

extension Report {
  /// A picture or a drawing of what was learned.
  package struct Diagnostic: Sendable {
    package var heading: String
    /// How to read it.
    package var note: String
    package var picture: Thumbnail?
    /// A drawing as an SVG element, in place of a picture.
    var drawing: String?

    package init(heading: String, note: String = "", picture: Thumbnail) {
      self.heading = heading
      self.note = note
      self.picture = picture
    }

    /// - Throws: where the picture cannot be encoded.
    package init(_ diagnostic: Inspection.Diagnostic) throws {
      heading = diagnostic.heading
      note = diagnostic.note
      switch diagnostic.content {
      case .tiles(let tiles):
        picture = Thumbnail(Array(try Image(tiles: tiles).pngData(level: 9)))
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

extension Provenance {
  /// The losses over the epochs; nil where there are not two of them.
  var training: Diagnostic? {
    let names = [("loss", "training images"), ("heldOutLoss", "held-out images")]
    let lines = names.compactMap { name, told in
      history?[name].map { losses in
        Diagnostic.Plot.Line(
          name: told, points: losses.enumerated().map { (x: Double($0 + 1), y: $1) })
      }
    }
    guard let first = lines.first, first.points.count > 1 else { return nil }
    let kept = metrics[FitContext.keptEpoch].map { " Epoch \(Int($0)) was kept." } ?? ""
    return Diagnostic(
      heading: "Training",
      note: "The mean loss after each epoch; lower is better.\(kept)",
      plot: Diagnostic.Plot(horizontal: "epoch", vertical: "loss", lines: lines))
  }
}

extension Image {
  /// Side of a value and of the gap between two tiles, in pixels.
  private static let side = 8

  /// Tiles `[rows, columns, height, width]` side by side on white, each value a square: 0 is gray, the largest magnitude
  /// white or black.
  init(tiles: Tensor) {
    let shape = tiles.shape
    let (rows, columns, height, width) = (shape[0], shape[1], shape[2], shape[3])
    let values = tiles.to(.float32).array(of: Float.self)
    let largest = values.reduce(0) { max($0, abs($1)) }
    let (right, below) = ((width + 1) * Self.side, (height + 1) * Self.side)
    let (fullWidth, fullHeight) = (columns * right - Self.side, rows * below - Self.side)
    var pixels = [UInt8](repeating: 255, count: fullWidth * fullHeight)
    for (index, value) in values.enumerated() {
      let (tile, place) = index.quotientAndRemainder(dividingBy: height * width)
      let left = tile % columns * right + place % width * Self.side
      let top = tile / columns * below + place / width * Self.side
      let gray = UInt8((127.5 + 127.5 * (largest > 0 ? value / largest : 0)).rounded())
      for y in top..<top + Self.side {
        for x in left..<left + Self.side { pixels[y * fullWidth + x] = gray }
      }
    }
    self.init(width: fullWidth, height: fullHeight, channels: 1, pixels: pixels)
  }
}
