import Torch

/// MS-CaiT: two CaiTs that were trained on images of different size, each looking at the whole image at its own.
///
/// Source: Tailanian et al., "U-Flow", 2024, section 3.1.
final class MSCaiT: Backbone {
  let taps: [FeatureTap]
  let imageSide: Int?
  private let fine: CaiT
  private let coarse: CaiT
  private let coarseSide: Int

  init(fine: CaiT, coarse: CaiT) {
    guard let side = fine.imageSide, let coarseSide = coarse.imageSide else {
      preconditionFailure("a CaiT knows the size of its images")
    }
    self.fine = fine
    self.coarse = coarse
    self.coarseSide = coarseSide
    imageSide = side
    taps = Self.taps(fine.taps, coarse.taps, factor: side / coarseSide)
  }

  /// A place of the smaller image is `factor` pixels of the larger one for each of its own.
  static func taps(_ fine: [FeatureTap], _ coarse: [FeatureTap], factor: Int) -> [FeatureTap] {
    fine + coarse.map { FeatureTap(stride: factor * $0.stride, channels: $0.channels) }
  }

  func features(_ images: Tensor, strides: [Int]) -> [Tensor] {
    strides.map { stride in
      if let tap = fine.taps.first(where: { $0.stride == stride }) {
        return fine.features(images, strides: [tap.stride])[0]
      }
      precondition(taps.contains { $0.stride == stride }, "no tap of stride \(stride)")
      return coarse.features(reduced(images), strides: coarse.taps.map(\.stride))[0]
    }
  }

  /// The mean of what the two networks say.
  func logits(_ images: Tensor) -> Tensor {
    (fine.logits(images) + coarse.logits(reduced(images))) * 0.5
  }

  private func reduced(_ images: Tensor) -> Tensor {
    noGrad {
      images.resampled(height: coarseSide, width: coarseSide, .bicubic, alignCorners: true)
    }
  }
}
