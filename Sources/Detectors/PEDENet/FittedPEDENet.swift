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
    let cells = settings.fusion(statistics, scales)
    return ScoredBatch(
      evidence: evidence,
      maps: cells.unsqueezed(1)
        .resampled(height: images.shape[2], width: images.shape[3], .nearest).squeezed(1))
  }
}
