import Foundation

extension Operator {
  static let upsampleBilinear = Operator("upsample_bilinear2d", arguments: 5)
  static let upsampleBicubic = Operator("upsample_bicubic2d", arguments: 5)
  static let upsampleNearest = Operator("upsample_nearest2d", arguments: 4)
  static let resizeBilinearAntialiased = Operator("_upsample_bilinear2d_aa", arguments: 5)
  static let resizeBicubicAntialiased = Operator("_upsample_bicubic2d_aa", arguments: 5)
}

/// How values between samples are made when an image or a map changes size.
public enum Interpolation: String, Sendable, Codable, CaseIterable {
  case nearest, bilinear, bicubic
}

extension Tensor {
  /// `[N, C, H, W]` sampled at another size, without a filter against aliasing.
  public func resampled(
    height: Int, width: Int, _ interpolation: Interpolation = .bilinear, alignCorners: Bool = false
  ) -> Tensor {
    switch interpolation {
    case .nearest: Operator.upsampleNearest(self, [height, width])
    case .bilinear: Operator.upsampleBilinear(self, [height, width], alignCorners)
    case .bicubic: Operator.upsampleBicubic(self, [height, width], alignCorners)
    }
  }

  /// `[N, C, H, W]` at another size, filtered against aliasing. On `uint8` in channels-last order this is Pillow's
  /// resize, to within one level.
  public func resizedAntialiased(height: Int, width: Int, bicubic: Bool = false) -> Tensor {
    bicubic
      ? Operator.resizeBicubicAntialiased(self, [height, width], false)
      : Operator.resizeBilinearAntialiased(self, [height, width], false)
  }
}

/// Smoothing of maps by a Gaussian, cut off at `truncate` standard deviations; maps go on beyond their border as in a mirror
/// that doubles the border (`d c b a | a b c d | d c b a`). It equals scipy's `gaussian_filter` with its defaults.
public struct GaussianFilter: Sendable, Equatable {
  /// Standard deviation in pixels; 0 leaves maps as they are.
  public let sigma: Double
  /// Standard deviations at which the filter ends.
  public let truncate: Double

  /// - Parameters:
  ///   - sigma: the standard deviation in pixels, finite and not below 0.
  ///   - truncate: standard deviations at which the filter ends, above 0.
  public init(sigma: Double, truncate: Double = 4) {
    precondition(
      sigma >= 0 && sigma.isFinite && truncate > 0, "a filter cannot have sigma \(sigma)")
    self.sigma = sigma
    self.truncate = truncate
  }

  /// Maps `[..., H, W]`, smoothed along the last two axes.
  public func callAsFunction(_ maps: Tensor) -> Tensor {
    guard sigma > 0 else { return maps }
    let size = maps.shape.suffix(2)
    let along = { (count: Int) in self.matrix(count).to(maps.dtype).moved(to: maps.device) }
    return along(size.first!).matmul(maps).linear(along(size.last!))
  }

  /// The filter of a line of `count` samples as a matrix `[count, count]`, float64: dense products of this size are faster
  /// than convolutions with a long kernel and take the border in.
  private func matrix(_ count: Int) -> Tensor {
    let radius = Int(truncate * sigma + 0.5)
    let weights = (-radius...radius).map { exp(-0.5 * pow(Double($0) / sigma, 2)) }
    let sum = weights.reduce(0, +)
    var matrix = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for (offset, weight) in zip(-radius...radius, weights) {
        matrix[row * count + Self.mirrored(row + offset, in: count)] += weight / sum
      }
    }
    return Tensor(matrix, shape: [count, count])
  }

  private static func mirrored(_ index: Int, in count: Int) -> Int {
    let rest = index % (2 * count)
    let place = rest < 0 ? rest + 2 * count : rest
    return min(place, 2 * count - 1 - place)
  }
}
