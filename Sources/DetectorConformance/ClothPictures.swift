import Foundation
import Imaging
import Inspection
import Torch

/// Pictures of a cloth with noise, some of them torn, as a detector is given them.
struct ClothPictures: TrainingImages {
  /// `[N, 3, H, W]`.
  var images: Tensor

  var count: Int { images.shape[0] }
  var height: Int { images.shape[2] }
  var width: Int { images.shape[3] }

  init(images: Tensor) { self.images = images }

  init(_ numbers: Range<Int>, isTorn: Bool = false, preprocessing: ImagePreprocessing) throws {
    images = preprocessing.normalize(
      .concatenate(
        try numbers.map {
          let (width, height) = (preprocessing.width, preprocessing.height)
          return try preprocessing.resize(
            Self.picture($0, width: width, height: height, isTorn: isTorn), path: "cloth \($0)",
            minimumSide: 1)
        }))
  }

  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      try body(range, images[range])
    }
  }

  /// The cloth number `index`; where it is torn, a square of bright and dark specks lies in its middle.
  static func picture(_ index: Int, width: Int, height: Int, isTorn: Bool) -> Image {
    var random = SeededRandom(seed: UInt64(index))
    let hole = { (place: Int, side: Int) in (3 * side / 8..<5 * side / 8).contains(place) }
    let pixels = (0..<width * height).flatMap { place -> [UInt8] in
      let (y, x) = place.quotientAndRemainder(dividingBy: width)
      let thread = 40 * sin(Double(x) * 0.8) * sin(Double(y) * 0.8)
      let noise = Double.random(in: -12...12, using: &random)
      let speck: Double = (x / 2 + y / 2) % 2 == 0 ? 250 : 5
      let level = isTorn && hole(x, width) && hole(y, height) ? speck : 128 + thread + noise
      return [1, 0.8, 0.6].map { UInt8(level * $0) }
    }
    return Image(width: width, height: height, channels: 3, pixels: pixels)
  }
}
