import Inspection
import Torch

/// Where a neighboring patch lies: one of eight, numbered row by row.
package struct Direction: Sendable {
  package static let count = 8
  /// Rows and columns: -1, 0 or 1.
  package let vertical: Int
  package let horizontal: Int

  package init(_ number: Int) {
    precondition((0..<Self.count).contains(number), "there is no direction \(number)")
    // The fifth of nine is the place itself.
    let place = number < 4 ? number : number + 1
    (vertical, horizontal) = (place / 3 - 1, place % 3 - 1)
  }
}

/// Pairs of neighboring patches in maps of embeddings, drawn at random (the pretext task of Patch-SVDD, section 3.2).
///
/// The second patch lies 3/4 to 1 side of the patch away, so that it mostly does not overlap the first, and lies not
/// always at the same distance. The first is drawn from where the second fits; Patch-SVDD moves the second to the border,
/// where its direction no longer is the one that was drawn.
package struct PatchPairs {
  /// Places in a map `[N, rows, columns]`, `[pairs]` of `int64` each.
  package let first: Tensor
  package let second: Tensor
  /// The directions from the first to the second.
  package let directions: Tensor

  /// - Parameters:
  ///   - maps: `N`, of which each has as many pairs as `count` says.
  ///   - rows: of patches, which begin at every second pixel; columns likewise.
  package init(
    maps: Int, rows: Int, columns: Int, count: Int, patchSize: Int, using random: SharedRandom
  ) {
    var random = random
    /// Where a patch and its neighbor begin along one axis of `size` places.
    func places(_ sign: Int, _ size: Int) -> (Int, Int) {
      let quarter = patchSize / 4 / PatchEncoder.step
      let offset = sign * (3 * quarter + Int.random(in: 0..<quarter, using: &random))
      let first = Int.random(in: max(0, -offset)..<min(size, size - offset), using: &random)
      return (first, first + offset)
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
