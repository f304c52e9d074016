import Foundation
import Imaging

/// Pictures of a woven cloth: threads at a fixed pitch, and noise that differs from picture to picture.
public struct Weave: Sendable {
  public var width: Int
  public var height: Int

  public init(width: Int = 64, height: Int = 64) {
    self.width = width
    self.height = height
  }

  /// Columns and rows of a flaw, in pixels.
  public struct Flaw: Sendable {
    public var columns: Range<Int>
    public var rows: Range<Int>

    public init(columns: Range<Int>, rows: Range<Int>) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// The cloth number `index`; where there is a flaw, its threads are torn out.
  public func picture(_ index: Int, flaw: Flaw? = nil) -> Image {
    var state = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15 | 1
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for y in 0..<height {
      for x in 0..<width {
        // Knuth's MMIX generator: the high bits are random enough for noise.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = Double(state >> 48) / 65536 * 24 - 12
        let thread = 40 * sin(Double(x) * 0.8) * sin(Double(y) * 0.8)
        let isTorn = flaw.map { $0.columns.contains(x) && $0.rows.contains(y) } ?? false
        let level = isTorn ? ((x / 2 + y / 2) % 2 == 0 ? 250 : 5) : 128 + thread + noise
        for tint in [1, 0.8, 0.6] { pixels.append(UInt8(max(0, min(255, level * tint)))) }
      }
    }
    return Image(width: width, height: height, channels: 3, pixels: pixels)
  }

  /// 255 where the flaw is, 0 elsewhere.
  public func mask(of flaw: Flaw) -> Image {
    let pixels = (0..<width * height).map { index -> UInt8 in
      flaw.columns.contains(index % width) && flaw.rows.contains(index / width) ? 255 : 0
    }
    return Image(width: width, height: height, channels: 1, pixels: pixels)
  }

  /// Writes pictures as PNG files `000.png`, `001.png`, ... and returns their paths.
  @discardableResult
  public func write(_ indices: Range<Int>, to folder: String, flaw: Flaw? = nil) throws -> [String]
  {
    try indices.enumerated().map { place, index in
      let path = "\(folder)/\(threeDigits(place)).png"
      try makeFolder(of: path)
      try picture(index, flaw: flaw).writePNG(to: path)
      return path
    }
  }

  /// Writes a data set in MVTec layout: good cloth, and torn cloth with masks.
  public func writeDataset(
    to folder: String, training: Int, good: Int, torn: Int, flaw: Flaw, masks: Bool = true
  ) throws {
    try write(0..<training, to: "\(folder)/train/good")
    try write(1000..<1000 + good, to: "\(folder)/test/good")
    try write(2000..<2000 + torn, to: "\(folder)/test/torn", flaw: flaw)
    guard masks else { return }
    for place in 0..<torn {
      let path = "\(folder)/ground_truth/torn/\(threeDigits(place))_mask.png"
      try makeFolder(of: path)
      try mask(of: flaw).writePNG(to: path)
    }
  }

  private func threeDigits(_ number: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(3 - digits.count, 0)) + digits
  }
}
