import Imaging
import Torch

extension Report.Picture {
  /// Longer side of a thumbnail, in pixels.
  private static let side = 256

  /// A thumbnail of a photograph, as JPEG.
  static func photograph(_ image: Image) throws -> Self {
    // The levels of a deep image that no model has brought to 8 bits are its own.
    var census = LevelCensus()
    census.add(image)
    let visible = image.visible(levels: census.range).rgb()
    return Self(Array(try reduced(visible, .bilinear).jpegData(quality: 85)))
  }

  /// A thumbnail of a mask, as PNG.
  static func drawing(_ image: Image) throws -> Self {
    Self(Array(try reduced(image.gray(), .nearest).pngData(level: 9)))
  }

  private static func reduced(_ image: Image, _ interpolation: Interpolation) -> Image {
    let scale = Double(side) / Double(max(image.width, image.height))
    guard scale < 1 else { return image }
    let length = { (n: Int) in max(Int((Double(n) * scale).rounded()), 1) }
    return image.resized(width: length(image.width), height: length(image.height), interpolation)
  }
}
