import Inspection
import Statistics
import Torch

/// What whitens the features of one scale: mean and covariance of the channels at each position.
///
/// A covariance of few images says little, one that all positions share knows nothing of the place; each position has a
/// mixture of both, by as much as makes good images that it does not know most likely.
package struct PositionWhitening {
  /// Shares of the common covariance that are tried.
  static let shrinkages = [1, 0.5, 0.25, 0.12, 0.06]
  /// Of each channel's variance, added to it.
  static let ridge = 1e-3
  /// Parts of the images that are whitened by what the others tell.
  static let foldCount = 5

  /// Of all images.
  package let law: Gaussian
  package let shrinkage: Double
  private let moments: Moments
  private let folds: [[Int]]

  /// - Parameters:
  ///   - features: `[N, h, w, C]`.
  ///   - images: those to learn from.
  ///   - groups: a number for each of all images, the same for near-equal ones; nil where none are.
  /// - Throws: `StatisticsError` where there are not two of them, or features are not finite.
  package init(_ features: Tensor, of images: [Int], groups: [Int]? = nil, seed: UInt64)
    throws(StatisticsError)
  {
    let samples = features.flattened(from: 1, through: 2)
    var random = SeededRandom(seed: seed)
    let order = images.shuffled(using: &random)
    // What is learnt of a fold's images needs two others.
    // Groups in the order of their first images: where each image is one, that of the images.
    var places: [Int: Int] = [:]
    for image in order {
      let group = groups?[image] ?? image
      places[group] = places[group] ?? places.count
    }
    let count = order.count > 2 ? min(Self.foldCount, places.count) : 0
    folds =
      count < 2
      ? []
      : (0..<count).map { fold in
        order.filter { places[groups?[$0] ?? $0, default: 0] % count == fold }.sorted()
      }
    moments = Self.moments(samples, of: images.sorted())
    var best = (shrinkage: Self.shrinkages[0], likelihood: -Double.infinity)
    if let fold = folds.first {
      let others = moments.removing(Self.moments(samples, of: fold))
      for shrinkage in Self.shrinkages {
        let law = try Gaussian(others, shrinkage: shrinkage, ridge: Self.ridge)
        let likelihood = Self.batches(fold).reduce(0) { sum, batch in
          sum + law.logLikelihood(Self.select(samples, batch)) * Double(batch.count)
        }
        if likelihood > best.likelihood { best = (shrinkage, likelihood) }
      }
    }
    shrinkage = best.shrinkage
    law = try Gaussian(moments, shrinkage: shrinkage, ridge: Self.ridge)
  }

  /// Whitens `features` `[N, h, w, C]`, those that were learnt from among them, in place: each image that was learnt from by
  /// the law of the folds that it is not in, so that it looks to the flow as a new one will, any other by the law of all.
  package func whiten(_ features: Tensor) throws(StatisticsError) {
    let samples = features.flattened(from: 1, through: 2)
    let known = Set(folds.joined())
    Self.whiten(samples, (0..<samples.shape[0]).filter { !known.contains($0) }, by: law)
    // One after the other, since the moments of all folds and their laws would take more room than the features.
    for fold in folds {
      let others = moments.removing(Self.moments(samples, of: fold))
      let law = try Gaussian(others, shrinkage: shrinkage, ridge: Self.ridge)
      Self.whiten(samples, fold, by: law)
    }
  }

  private static func whiten(_ samples: Tensor, _ images: [Int], by law: Gaussian) {
    noGrad {
      for batch in batches(images) {
        let whitened = law.whitened(select(samples, batch))
        for (place, image) in batch.enumerated() {
          samples[image..<image + 1].copy(from: whitened[place..<place + 1])
        }
      }
    }
  }

  private static func moments(_ samples: Tensor, of images: [Int]) -> Moments {
    var moments = Moments(groups: samples.shape[1], dimensions: samples.shape[2])
    for batch in batches(images) { moments.add(select(samples, batch)) }
    return moments
  }

  private static func select(_ samples: Tensor, _ images: [Int]) -> Tensor {
    samples.selecting(Tensor(images)).to(.float32)
  }

  /// Few enough images to widen at once, enough to sum up in one product.
  private static func batches(_ images: [Int]) -> [[Int]] {
    stride(from: 0, to: images.count, by: 32).map {
      Array(images[$0..<min($0 + 32, images.count)])
    }
  }
}
