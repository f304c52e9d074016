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

  /// The squared Mahalanobis distance at each position (section 3.3, equation 2), chi-square under normality.
  public func evidence(_ images: Tensor) -> Evidence {
    evidence(features: embedding(images))
  }

  /// The evidence of reduced features `[N, h, w, C]`.
  func evidence(features: Tensor) -> Evidence {
    let distances = gaussian.mahalanobisSquared(features.flattened(from: 1, through: 2))
    return Evidence(scales: [
      Evidence.Scale(
        statistic: distances.reshaped(-1, height, width),
        null: .chiSquare(degreesOfFreedom: gaussian.dimensions),
        name: "stride \(embedding.strides[embedding.grid])")
    ])
  }

  /// The distances, enlarged and smoothed.
  public func anomalyMaps(_ evidence: Evidence, height: Int, width: Int) -> Tensor {
    let distances = evidence.scales[0].statistic.sqrt().unsqueezed(1)
    return filter(distances.resampled(height: height, width: width).squeezed(1))
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
