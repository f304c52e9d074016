import Backbones
import Inspection
import Statistics
import Torch

/// The law of pooled features of good images.
public struct FittedPooledGaussian: FittedDetector {
  private let settings: PooledGaussian
  let moments: Moments
  private let gaussian: Statistics.Gaussian
  private let pooling: FeaturePooling

  init(
    settings: PooledGaussian, moments: Moments, gaussian: Statistics.Gaussian,
    pooling: FeaturePooling
  ) {
    self.settings = settings
    self.moments = moments
    self.gaussian = gaussian
    self.pooling = pooling
  }

  public var tensors: [String: Tensor] { moments.tensors }

  /// The squared Mahalanobis distance of each image. Pooled features are far from normal in their tails, so its law is that of the
  /// held-out images. The map is the distance everywhere.
  public func score(_ images: Tensor) -> ScoredBatch {
    scored(pooling(images).unsqueezed(1), height: images.shape[2], width: images.shape[3])
  }

  /// - Parameters:
  ///   - features: `[N, 1, channels]`.
  ///   - height: of the images in pixels; the width likewise.
  func scored(_ features: Tensor, height: Int, width: Int) -> ScoredBatch {
    let distances = gaussian.mahalanobisSquared(features).unsqueezed(2)
    return ScoredBatch(
      evidence: Evidence(scales: [
        Evidence.Scale(statistic: distances, null: .empirical, name: "whole image")
      ]),
      maps: distances.sqrt().expanded(-1, height, width).contiguous())
  }
}

extension FittedPooledGaussian: UpdatableDetector {
  public func updated(
    with images: any TrainingImages, report: (WorkProgress) throws -> Void
  ) throws -> FittedPooledGaussian {
    try settings.learning(
      from: images, starting: moments, pooling, device: gaussian.mean.device, report)
  }
}

/// The means over the image of the features of several scales.
struct FeaturePooling {
  let backbone: any Backbone
  let taps: [FeatureTap]
  let minimumSide: Int

  /// Of all scales together.
  var channels: Int { taps.reduce(0) { $0 + $1.channels } }

  /// Preprocessed images `[N, 3, H, W]` to `[N, channels]`.
  func callAsFunction(_ images: Tensor) -> Tensor {
    .concatenate(
      backbone.features(images.enlarged(toShorterSide: minimumSide), taps: taps.map(\.name)).map {
        $0.mean(2, 3)
      }, axis: 1)
  }
}
