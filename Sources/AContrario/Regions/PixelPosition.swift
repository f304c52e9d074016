/// A column and a row, counted from 0 at the top left.
public struct PixelPosition: Sendable, Hashable, Codable {
  public let x: Int
  public let y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}
