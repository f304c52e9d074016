import Inspection
import Statistics
import Torch

/// What whitens the features of one scale: mean and covariance of the channels at each position.
///
/// A covariance of few images says little, one that all positions share knows nothing of the place; each position has a
/// mixture of both, by as much as makes good images that it does not know most likely.
struct PositionWhitening {
  /// Shares of the common covariance that are tried.
  static let shrinkages = [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05]
  /// Of each channel's variance, added to it.
  static let ridge = 1e-3
  /// Share of the images that the shrinkage is chosen on.
  static let trial = 0.2

  let law: Gaussian
  let shrinkage: Double

  /// - Parameters:
  ///   - features: `[N, h, w, C]`.
  ///   - images: those to learn from.
  init(_ features: Tensor, of images: [Int], seed: UInt64) throws(StatisticsError) {
    let samples = features.flattened(from: 1, through: 2)
    func moments(_ images: [Int]) -> Moments {
      var moments = Moments(groups: samples.shape[1], dimensions: samples.shape[2])
      for batch in Self.batches(images) {
        moments.add(samples.selecting(Tensor(batch)).to(.float32))
      }
      return moments
    }
    let split = ValidationSplit(count: images.count, share: Self.trial, seed: seed)
    let judges = split.heldOut.map { images[$0] }
    var all = moments(split.learning.map { images[$0] })
    var best = (shrinkage: 1.0, likelihood: -Double.infinity)
    for shrinkage in Self.shrinkages where all.count > 1 {
      let law = try Gaussian(all, shrinkage: shrinkage, ridge: Self.ridge)
      let likelihood = Self.batches(judges).reduce(0) { sum, batch in
        sum + law.logLikelihood(samples.selecting(Tensor(batch)).to(.float32)) * Double(batch.count)
      }
      if likelihood > best.likelihood { best = (shrinkage, likelihood) }
    }
    all.merge(moments(judges))
    shrinkage = best.shrinkage
    law = try Gaussian(all, shrinkage: shrinkage, ridge: Self.ridge)
  }

  /// Few enough images to widen at once, enough to sum up in one product.
  private static func batches(_ images: [Int]) -> [[Int]] {
    stride(from: 0, to: images.count, by: 32).map {
      Array(images[$0..<min($0 + 32, images.count)])
    }
  }
}
