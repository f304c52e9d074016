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
      backbone.features(enlarged(images), strides: strides).map { $0.mean(2, 3) }, axis: 1)
  }

  private func enlarged(_ images: Tensor) -> Tensor {
    let (height, width) = (images.shape[2], images.shape[3])
    let shorter = min(height, width)
    guard shorter < minimumSide else { return images }
    return images.resampled(
      height: (height * minimumSide + shorter / 2) / shorter,
      width: (width * minimumSide + shorter / 2) / shorter)
  }
}
