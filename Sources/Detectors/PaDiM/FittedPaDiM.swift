import Inspection
import Statistics
import Torch

/// PaDiM with the normal law of each position.
public struct FittedPaDiM: FittedDetector {
  public let tensors: [String: Tensor]
  private let settings: PaDiM
  let embedding: PatchEmbedding
  let gaussian: Gaussian
  private let height: Int
  private let width: Int
  private let filter: GaussianFilter

  init(
    settings: PaDiM, embedding: PatchEmbedding, positions: PositionMoments, gaussian: Gaussian
  ) {
    self.settings = settings
    tensors = positions.tensors.merging(embedding.reduction.tensors) { own, _ in own }
    self.embedding = embedding
    self.gaussian = gaussian
    (height, width) = (positions.height, positions.width)
    filter = GaussianFilter(sigma: settings.smoothing)
  }

  /// The squared Mahalanobis distance at each position (section 3.3, equation 2), chi-square under normality. The map is made
  /// of the distances, enlarged and smoothed.
  public func score(_ images: Tensor) -> ScoredBatch {
    let features = embedding(images)
    let squares = gaussian.mahalanobisSquared(features.flattened(from: 1, through: 2))
      .reshaped(-1, height, width)
    let evidence = Evidence(scales: [
      Evidence.Scale(
        statistic: squares, null: .chiSquare(degreesOfFreedom: gaussian.dimensions),
        name: "stride \(embedding.strides[embedding.grid])")
    ])
    let distances = squares.sqrt().unsqueezed(1)
      .resampled(height: images.shape[2], width: images.shape[3]).squeezed(1)
    return ScoredBatch(evidence: evidence, maps: filter(distances))
  }
}

extension FittedPaDiM: UpdatableDetector {
  public func updated(
    with images: any TrainingImages, report: (WorkProgress) throws -> Void
  ) throws -> FittedPaDiM {
    try withoutActuallyEscaping(report) { report in
      let context = FitContext(
        backbone: embedding.backbone, device: gaussian.mean.device, report: report)
      return try settings.update(self, on: images, context)
    }
  }
}
