import Torch

/// Something that a detector has learnt and that can be looked at, for whoever wants to understand its answers.
public struct Diagnostic: Sendable {
  public enum Content: Sendable {
    /// Small pictures side by side: `[rows, columns, height, width]`, gray where 0, lighter above, darker below.
    case tiles(Tensor)
    case plot(Plot)
  }

  /// Lines over two axes.
  public struct Plot: Sendable {
    public struct Line: Sendable {
      public let name: String
      public let points: [(x: Double, y: Double)]

      public init(name: String, points: [(x: Double, y: Double)]) {
        self.name = name
        self.points = points
      }
    }

    /// What is along the axes.
    public let horizontal: String
    public let vertical: String
    /// Whether lines are to be held against the diagonal.
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
  /// How to read it.
  public let note: String
  public let content: Content

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
