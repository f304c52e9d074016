import Torch

/// Something that a detector has learnt and that can be looked at, for whoever wants to understand its answers.
public struct Exhibit: Sendable {
  public let heading: String
  /// How to read it.
  public let note: String
  /// Small pictures side by side: `[rows, columns, height, width]`, gray where 0, lighter above, darker below.
  public let tiles: Tensor

  public init(heading: String, note: String, tiles: Tensor) {
    precondition(tiles.rank == 4 && tiles.count > 0, "tiles \(tiles.shape), expected 4 axes")
    self.heading = heading
    self.note = note
    self.tiles = tiles
  }
}
