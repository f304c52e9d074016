import Foundation
import Torch

/// What the distances at a hop are like in some images.
struct HopScale {
  /// Of the smoothed map.
  let range: ClosedRange<Double>
  private let squares: Double
  private let positions: Int
  private let dimensions: Int

  /// - Parameters:
  ///   - map: smoothed distances `[N, height, width]`.
  ///   - squares: squared distances `[N, h, w]` of features of so many dimensions.
  init(map: Tensor, squares: Tensor, dimensions: Int) {
    range = map.min().item()...map.max().item()
    self.squares = squares.to(.float64).sum().item()
    positions = squares.count
    self.dimensions = dimensions
  }

  private init(range: ClosedRange<Double>, squares: Double, positions: Int, dimensions: Int) {
    self.range = range
    self.squares = squares
    self.positions = positions
    self.dimensions = dimensions
  }

  func merged(with other: HopScale) -> HopScale {
    let (lower, upper) = (
      min(range.lowerBound, other.range.lowerBound), max(range.upperBound, other.range.upperBound)
    )
    return HopScale(
      range: lower...upper, squares: squares + other.squares,
      positions: positions + other.positions, dimensions: dimensions)
  }

  /// How likely the images are under the law, against what the law expects of its own: the geometric mean of the ratio for
  /// one dimension of one position. 1 where the law holds, less where it has learnt its images by heart.
  var relativeLikelihood: Double {
    exp((1 - squares / Double(positions) / Double(dimensions)) / 2)
  }
}
