import Inspection
import Statistics
import Torch

/// The densities of all training patches, once the networks have learnt, and the scales of their energies.
struct DensityLearning {
  let settings: PEDENet
  let network: PEDENetNetwork
  let parameters: Parameters
  let colors: PatchColors
  let context: FitContext

  /// Pixels between the training patches that the mixture is made of.
  private static let mixtureStride = 16
  /// Passes of expectation and maximization over these patches, after the one with the DE network's memberships.
  private static let maximizations = 10

  func fitted(
    on images: PatchImages, _ training: EpochHistory
  ) throws -> FittedPEDENet {
    let (densities, stored) = try densities(of: images)
    let parts = PEDENetParts(
      encoder: encoder(stride: settings.stride), colors: colors, densities: densities,
      memberships: network.memberships, patchSizes: settings.patchSizes)
    let scales = try scales(of: images, parts)
    var metrics = training.metrics
    for (size, scale) in zip(settings.patchSizes, scales) {
      metrics["energy.\(size)"] = scale.mean.mean().item()
    }
    return FittedPEDENet(
      settings: settings, parts: parts, scales: scales,
      tensors: settings.tensors(parameters, mean: colors.mean, densities: stored, scales: scales),
      metrics: metrics, history: training.values)
  }

  /// The density of each patch size, and what is saved of it.
  private func densities(of images: PatchImages) throws -> ([PatchDensity], [[String: Tensor]]) {
    switch settings.density {
    case .mixture:
      let moments = try mixtureMoments(of: images)
      return (try moments.map { .mixture(try settings.mixture($0)) }, moments.map(\.tensors))
    case .positions:
      let laws = try positionMoments(of: images).map(settings.laws)
      return (laws.map(PatchDensity.positions), laws.map(\.tensors))
    }
  }

  private func mixtureMoments(of images: PatchImages) throws -> [MixtureMoments] {
    let coarse = encoder(stride: Self.mixtureStride)
    var moments = try moments(of: images, coarse, pass: 0) {
      network.memberships[$0]($1).softmax(1)
    }
    for pass in 0..<Self.maximizations {
      let mixtures = try moments.map(settings.mixture)
      moments = try self.moments(of: images, coarse, pass: pass + 1) {
        mixtures[$0].memberships($1)
      }
    }
    return moments
  }

  /// One pass over all patches of the images, for each patch size; of one image alone, all positions are one.
  private func positionMoments(of images: PatchImages) throws -> [Moments] {
    let fine = encoder(stride: settings.stride)
    var moments: [Int: Moments] = [:]
    try forEachBatch(of: images, stage: "density") { batch in
      for (scale, embeddings) in fine(batch).enumerated() {
        let rows = network.memberships[scale].prepared(embeddings.flattened(through: 2))
        let groups = images.count > 1 ? embeddings.shape[1] * embeddings.shape[2] : 1
        moments[
          scale,
          default: Moments(
            groups: groups, dimensions: settings.dimensions, device: context.device)
        ].add(PatchDensity.grouped(rows.reshaped(embeddings.shape), groups: groups))
      }
    }
    return settings.patchSizes.indices.compactMap { moments[$0] }
  }

  /// The embeddings `[N, D]` of the patches of each size in centered images, as densities are taken of them.
  private func rows(of images: Tensor, _ encoder: FrozenPatchEncoder) -> [Tensor] {
    zip(network.memberships, encoder(images)).map { memberships, embeddings in
      memberships.prepared(embeddings.reshaped(-1, settings.dimensions))
    }
  }

  private func encoder(stride: Int) -> FrozenPatchEncoder {
    FrozenPatchEncoder(network.encoder, patchSizes: settings.patchSizes, stride: stride)
  }

  /// One pass over all patches of the images, for each patch size.
  private func moments(
    of images: PatchImages, _ encoder: FrozenPatchEncoder, pass: Int,
    memberships: (Int, Tensor) -> Tensor
  ) throws -> [MixtureMoments] {
    var moments = settings.patchSizes.map { _ in
      MixtureMoments(
        components: settings.clusters, dimensions: settings.dimensions, device: context.device)
    }
    try forEachBatch(of: images, stage: "density", pass, of: Self.maximizations + 1) { batch in
      for (scale, rows) in rows(of: batch, encoder).enumerated() {
        moments[scale].add(rows, memberships: memberships(scale, rows))
      }
    }
    return moments
  }

  private func scales(of images: PatchImages, _ parts: PEDENetParts) throws -> [EnergyScale] {
    var maps: [[Tensor]] = settings.patchSizes.map { _ in [] }
    try forEachBatch(of: images, stage: "scales") { batch in
      for (scale, map) in parts.spreadEnergies(batch).enumerated() { maps[scale].append(map) }
    }
    return maps.map { EnergyScale(.concatenate($0)) }
  }

  private func forEachBatch(
    of images: PatchImages, stage: String, _ pass: Int = 0, of passes: Int = 1,
    _ body: (Tensor) -> Void
  ) throws {
    let size = 4
    for start in stride(from: 0, to: images.count, by: size) {
      let range = start..<min(start + size, images.count)
      let levels = try images.levels(range).to(context.device)
      noGrad { body(levels - colors.mean) }
      try context.report(
        WorkProgress(
          stage: stage, completed: pass * images.count + range.upperBound,
          total: passes * images.count, unit: "images"))
    }
  }
}
