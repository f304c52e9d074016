import Imaging
import Torch

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
