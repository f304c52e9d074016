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
