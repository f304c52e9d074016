import Backbones
import Torch

/// The features that describe each position of an image (PaDiM section 3.1).
struct PatchEmbedding {
  let backbone: any Backbone
  let strides: [Int]
  let reduction: ChannelReduction

  /// `[N, h, w, C]` of preprocessed images `[N, 3, H, W]`, on the grid of the finest stride.
  func callAsFunction(_ images: Tensor) -> Tensor {
    reduction(backbone.features(images, strides: strides)).permuted(0, 2, 3, 1)
  }
}
