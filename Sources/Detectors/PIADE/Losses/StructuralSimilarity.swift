import Foundation
import Torch

/// The structural similarity of images with levels in 0...1 (Wang, Bovik, Sheikh, Simoncelli 2004), channel by channel, with an
/// 11 x 11 Gaussian window of deviation 1.5; beyond the border are zeros, as in the released code.
public struct StructuralSimilarity: Sendable {
  static let window = 11
  static let sigma = 1.5
  static let c1 = 0.01 * 0.01
  static let c2 = 0.03 * 0.03

  private let vertical: Tensor
  private let horizontal: Tensor

  public init(height: Int, width: Int, dtype: DType = .float32, device: Device = .cpu) {
    vertical = Self.filter(height).to(dtype).moved(to: device)
    horizontal = Self.filter(width).to(dtype).moved(to: device)
  }

  /// The map `[N, C, H, W]` of two images, 1 where they are alike.
  public func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
    let products = smoothed(.stack([x, y, x * x, y * y, x * y]))
    let (meanX, meanY) = (products[0], products[1])
    let (squareX, squareY, both) = (meanX.square(), meanY.square(), meanX * meanY)
    let variances = products[2] - squareX + products[3] - squareY
    let covariance = products[4] - both
    return ((both * 2 + Self.c1) * (covariance * 2 + Self.c2))
      / ((squareX + squareY + Self.c1) * (variances + Self.c2))
  }

  private func smoothed(_ maps: Tensor) -> Tensor { vertical.matmul(maps).linear(horizontal) }

  /// The window along a line of `count` samples as a symmetric matrix: one product of this size is faster than a convolution.
  private static func filter(_ count: Int) -> Tensor {
    let radius = window / 2
    let weights = (-radius...radius).map { exp(-0.5 * pow(Double($0) / sigma, 2)) }
    let sum = weights.reduce(0, +)
    return Tensor(
      (0..<count).flatMap { row in
        (0..<count).map { column in
          abs(row - column) <= radius ? weights[row - column + radius] / sum : 0
        }
      }, shape: [count, count])
  }
}
