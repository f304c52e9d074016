import Inspection
import Torch

/// PIADE with a network that has learnt to reconstruct good images.
public struct FittedPIADE: FittedDetector {
  public let tensors: [String: Tensor]
  public let metrics: [String: Double]
  public let history: [String: [Double]]
  let model: PIADEModel
  private let settings: PIADE

  init(
    settings: PIADE, model: PIADEModel, tensors: [String: Tensor], metrics: [String: Double],
    history: [String: [Double]]
  ) {
    self.settings = settings
    self.model = model
    self.tensors = tensors
    self.metrics = metrics
    self.history = history
  }

  /// What the network makes of preprocessed images: levels in 0...1 at the size that it sees, and the instantiation vectors.
  package func output(_ images: Tensor) -> PIADENetwork.Output {
    noGrad { model.network(model.levels(images), training: false) }
  }

  /// Where the reconstruction differs, and how much as a whole. No law of either is known.
  ///
  /// The map is ours, since the authors have none: `|x - y| + (1 - SSIM)` plus the enlarged distance of the features, of those
  /// terms that the loss has. The score is the loss of each image, which is what the paper scores by, or how unusual its
  /// errors are.
  public func score(_ images: Tensor) -> ScoredBatch {
    noGrad {
      let x = model.levels(images)
      let y = model.network(x, training: false).reconstruction
      let comparison = model.loss(x, y)
      let map = comparison.map(height: x.shape[2], width: x.shape[3])
      let scores = model.score(comparison)
      let evidence = Evidence(scales: [
        Evidence.Scale(statistic: map, null: .empirical, name: "reconstruction"),
        Evidence.Scale(
          statistic: scores.reshaped(-1, 1, 1), null: .empirical, name: "whole image"),
      ])
      let (height, width) = (images.shape[2], images.shape[3])
      let isSized = map.shape[1] == height && map.shape[2] == width
      return ScoredBatch(
        evidence: evidence,
        maps: isSized
          ? map : map.unsqueezed(1).resampled(height: height, width: width).squeezed(1),
        scores: scores.flattened())
    }
  }
}

extension FittedPIADE {
  public func checkImageSize(height: Int, width: Int) throws {
    let seen = settings.seenSize(height: height, width: width)
    try requireSize(
      [model.height, model.width], [seen.height, seen.width], height: height, width: width)
  }
}
