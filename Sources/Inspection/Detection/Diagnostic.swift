import Torch

/// Something that a detector has learnt, as pictures or a plot for the report.
public struct Diagnostic: Sendable {
  /// What is drawn.
  public enum Content: Sendable {
    /// Small pictures side by side: `[rows, columns, height, width]`, gray where 0, lighter above, darker below.
    case tiles(Tensor)
    /// Lines over two axes.
    case plot(Plot)
  }

  /// Lines over two axes.
  public struct Plot: Sendable {
    /// The points of a line, and what it is called.
    public struct Line: Sendable {
      public let name: String
      public let points: [(x: Double, y: Double)]

      public init(name: String, points: [(x: Double, y: Double)]) {
        self.name = name
        self.points = points
      }
    }

    /// What the horizontal axis shows.
    public let horizontal: String
    /// What the vertical axis shows.
    public let vertical: String
    /// Whether the diagonal is drawn, to compare the lines with.
    public let hasDiagonal: Bool
    public let lines: [Line]

    public init(horizontal: String, vertical: String, hasDiagonal: Bool = false, lines: [Line]) {
      self.horizontal = horizontal
      self.vertical = vertical
      self.hasDiagonal = hasDiagonal
      self.lines = lines
    }
  }

  public let heading: String
  /// How to read it, in a sentence or two.
  public let note: String
  public let content: Content

  /// - Parameter tiles: small pictures, `[rows, columns, height, width]`; not empty.
  public init(heading: String, note: String, tiles: Tensor) {
    precondition(tiles.rank == 4 && tiles.count > 0, "tiles \(tiles.shape), expected 4 axes")
    self.heading = heading
    self.note = note
    content = .tiles(tiles)
  }

  public init(heading: String, note: String, plot: Plot) {
    self.heading = heading
    self.note = note
    content = .plot(plot)
  }
}
