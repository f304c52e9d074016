import Backbones
import Torch

/// The means over the image of the features of several scales.
struct FeaturePooling {
  let backbone: any Backbone
  let strides: [Int]
  /// Of all scales together.
  let channels: Int
  let minimumSide: Int

  /// Preprocessed images `[N, 3, H, W]` to `[N, channels]`.
  func callAsFunction(_ images: Tensor) -> Tensor {
    .concatenate(
      backbone.features(images.enlarged(toShorterSide: minimumSide), strides: strides).map {
        $0.mean(2, 3)
      }, axis: 1)
  }
}
