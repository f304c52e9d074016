import ArgumentParser
import Blemish

/// `256` or, where the sides differ, `WIDTHxHEIGHT`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init(_ side: Int) { (width, height) = (side, side) }

  init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count <= 2, let width = sides[0], let height = sides[sides.count - 1],
      ImagePreprocessing.sides.contains(width), ImagePreprocessing.sides.contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }

  var defaultValueDescription: String { width == height ? "\(width)" : "\(width)x\(height)" }
}

/// Levels that become black and white, as in `0:4095`.
struct LevelRange: ExpressibleByArgument {
  let range: ClosedRange<Float>

  init?(argument: String) {
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map { Float($0) }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1], low < high,
      (high - low).isFinite
    else { return nil }
    range = low...high
  }

  var defaultValueDescription: String { "\(range.lowerBound):\(range.upperBound)" }
}
