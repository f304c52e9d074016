/// Which neighbors of a pixel belong to the same component.
public enum Connectivity: Sendable {
  /// Left, right, above, below.
  case four
  /// Those and the diagonals, as MVTec's evaluation and OpenCV's default have it.
  case eight
}
