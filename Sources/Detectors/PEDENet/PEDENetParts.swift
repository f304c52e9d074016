import Statistics
import Torch

/// What makes energies of images.
struct PEDENetParts {
  let encoder: FrozenPatchEncoder
  let colors: PatchColors
  /// Of the embeddings of each patch size.
  let mixtures: [GaussianMixture]
  let patchSizes: [Int]

  /// Centered images `[N, 3, H, W]` to the energy of their pixels for each patch size, `[N, h, w]` in cells.
  func spreadEnergies(_ centered: Tensor) -> [Tensor] {
    zip(encoder(centered), zip(patchSizes, mixtures)).map { embeddings, scale in
      let shape = Array(embeddings.shape.dropLast())
      let energies = scale.1.energy(embeddings.flattened(through: 2)).reshaped(shape)
      return PatchEnergies(energies, patchSize: scale.0, stride: encoder.stride).spread
    }
  }
}
