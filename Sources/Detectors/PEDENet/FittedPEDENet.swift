import Inspection
import Statistics
import Torch

/// PEDENet with networks that have learnt, and the density of the embeddings of good patches.
public struct FittedPEDENet: FittedDetector {
  public let tensors: [String: Tensor]
  public let metrics: [String: Double]
  public let history: [String: [Double]]
  /// The unit of the energies of each patch size.
  let scales: [EnergyScale]
  private let settings: PEDENet
  private let parts: PEDENetParts

  init(
    settings: PEDENet, parts: PEDENetParts, scales: [EnergyScale], tensors: [String: Tensor],
    metrics: [String: Double], history: [String: [Double]] = [:]
  ) {
    self.settings = settings
    self.parts = parts
    self.scales = scales
    self.tensors = tensors
    self.metrics = metrics
    self.history = history
  }

  /// The mean energy of the patches that a pixel lies in, for each patch size in its unit, in cells of the stride. The map is
  /// that of all patch sizes together, the same for all pixels of a cell.
  public func score(_ images: Tensor) -> ScoredBatch {
    let statistics = zip(scales, parts.spreadEnergies(parts.colors(images))).map { $0($1) }
    let evidence = Evidence(
      scales: zip(statistics, settings.patchSizes).map { statistic, size in
        Evidence.Scale(statistic: statistic, null: .empirical, name: "patches of \(size)")
      })
    let cells = statistics.dropFirst().reduce(statistics[0], +)
    return ScoredBatch(
      evidence: evidence,
      maps: cells.unsqueezed(1)
        .resampled(height: images.shape[2], width: images.shape[3], .nearest).squeezed(1))
  }
}

extension FittedPEDENet {
  public func checkImageSize(height: Int, width: Int) throws {
    let stride = settings.stride
    try requireSize(
      Array(parts.colors.mean.shape.suffix(2)), [height, width], height: height, width: width)
    for (index, size) in settings.patchSizes.enumerated() {
      let places = [height, width].map { ($0 - size) / stride + 1 }
      if case .positions(let law) = parts.densities[index], law.groups > 1 {
        try requireSize([law.groups], [places[0] * places[1]], height: height, width: width)
      }
      let unit = scales[index].mean.shape
      // A cell lies in as many patches as it takes to fill one.
      if unit != [1, 1] {
        try requireSize(
          unit, places.map { $0 - 1 + size / stride }, height: height, width: width)
      }
    }
  }
}

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
