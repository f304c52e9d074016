import Backbones
import Torch

/// The features that describe each position of an image (PaDiM section 3.1).
struct PatchEmbedding {
  let backbone: any Backbone
  let strides: [Int]
  /// Which of the strides makes the grid of positions.
  let grid: Int
  let reduction: ChannelReduction

  /// `[N, h, w, C]` of preprocessed images `[N, 3, H, W]`.
  func callAsFunction(_ images: Tensor) -> Tensor {
    reduction(backbone.features(images, strides: strides), grid: grid).permuted(0, 2, 3, 1)
  }
}
