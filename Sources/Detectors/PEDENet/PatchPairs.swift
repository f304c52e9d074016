import Inspection
import Torch

/// Pairs of neighboring patches in maps of embeddings, drawn at random (the pretext task of Patch-SVDD, section 3.2).
///
/// The second patch lies 3/4 to 1 side of the patch away, so that it mostly does not overlap the first, and lies not
/// always at the same distance.
public struct PatchPairs {
  /// What happens to a second patch that would leave the image.
  public enum Placement: String, Codable, Sendable, CaseIterable {
    /// Nothing: the first patch is drawn from where the second fits.
    case inside
    /// It is moved to the border, as in Patch-SVDD, so that its direction no longer is the one that was drawn.
    case clipped
  }

  /// Places in a map `[N, rows, columns]`, `[pairs]` of `int64` each.
  public let first: Tensor
  public let second: Tensor
  /// The directions from the first to the second.
  public let directions: Tensor

  /// - Parameters:
  ///   - maps: `N`, of which each has as many pairs as `count` says.
  ///   - step: pixels between the patches of a map.
  public init(
    maps: Int, rows: Int, columns: Int, count: Int, patchSize: Int, step: Int,
    placement: Placement, using random: inout SeededRandom
  ) {
    /// Where a patch and its neighbor begin along one axis of `size` places.
    func places(_ sign: Int, _ size: Int) -> (Int, Int) {
      let quarter = patchSize / 4 / step
      let offset = sign * (3 * quarter + Int.random(in: 0..<quarter, using: &random))
      switch placement {
      case .inside:
        let first = Int.random(in: max(0, -offset)..<min(size, size - offset), using: &random)
        return (first, first + offset)
      case .clipped:
        let first = Int.random(in: 0..<size, using: &random)
        return (first, min(max(first + offset, 0), size - 1))
      }
    }
    var (first, second, numbers): ([Int64], [Int64], [Int64]) = ([], [], [])
    for map in 0..<maps {
      for _ in 0..<count {
        let number = Int.random(in: 0..<Direction.count, using: &random)
        let direction = Direction(number)
        let row = places(direction.vertical, rows)
        let column = places(direction.horizontal, columns)
        first.append(Int64((map * rows + row.0) * columns + column.0))
        second.append(Int64((map * rows + row.1) * columns + column.1))
        numbers.append(Int64(number))
      }
    }
    self.first = Tensor(first)
    self.second = Tensor(second)
    directions = Tensor(numbers)
  }
}
