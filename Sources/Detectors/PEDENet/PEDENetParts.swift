import Torch

/// What makes energies of images.
struct PEDENetParts {
  let encoder: FrozenPatchEncoder
  let colors: PatchColors
  /// Of the embeddings of each patch size.
  let densities: [PatchDensity]
  let memberships: [MembershipNetwork]
  let patchSizes: [Int]

  /// Centered images `[N, 3, H, W]` to the energy of their pixels for each patch size, `[N, h, w]` in cells.
  func spreadEnergies(_ centered: Tensor) -> [Tensor] {
    encoder(centered).enumerated().map { index, embeddings in
      let prepared = memberships[index].prepared(embeddings.flattened(through: 2))
      return PatchEnergies(
        densities[index].energy(prepared.reshaped(embeddings.shape)),
        patchSize: patchSizes[index], stride: encoder.stride
      ).spread
    }
  }
}
