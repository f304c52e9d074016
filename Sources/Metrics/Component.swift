/// A connected component of a mask: its area and its bounding box, in pixels.
public struct Component: Equatable, Sendable {
  public internal(set) var area: Int
  /// Columns from the leftmost to one past the rightmost pixel.
  public internal(set) var columns: Range<Int>
  /// Rows from the topmost to one past the lowest pixel.
  public internal(set) var rows: Range<Int>
}
