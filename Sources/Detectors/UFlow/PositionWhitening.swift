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
  private let folds: [(images: [Int], law: Gaussian)]

  /// - Parameters:
  ///   - features: `[N, h, w, C]`.
  ///   - images: those to learn from.
  /// - Throws: `StatisticsError` where there are not two of them, or features are not finite.
  package init(_ features: Tensor, of images: [Int], seed: UInt64) throws(StatisticsError) {
    let samples = features.flattened(from: 1, through: 2)
    var random = SeededRandom(seed: seed)
    let order = images.shuffled(using: &random)
    // What is learnt of a fold's images needs two others.
    let count = min(Self.foldCount, order.count > 2 ? order.count : 1)
    let folds = (0..<count).map { fold in
      order.indices.filter { $0 % count == fold }.map { order[$0] }.sorted()
    }
    let parts = folds.map { Self.moments(samples, of: $0) }
    func merged(without excluded: Int?) -> Moments {
      let kept = parts.indices.filter { $0 != excluded }.map { parts[$0] }
      return kept.dropFirst().reduce(into: kept[0]) { $0.merge($1) }
    }
    var best: (shrinkage: Double, likelihood: Double, law: Gaussian)?
    if count > 1 {
      let others = merged(without: 0)
      for shrinkage in Self.shrinkages {
        let law = try Gaussian(others, shrinkage: shrinkage, ridge: Self.ridge)
        let likelihood = Self.batches(folds[0]).reduce(0) { sum, batch in
          sum + law.logLikelihood(Self.select(samples, batch)) * Double(batch.count)
        }
        if best.map({ likelihood > $0.likelihood }) ?? true {
          best = (shrinkage, likelihood, law)
        }
      }
    }
    let shrinkage = best?.shrinkage ?? 1
    self.shrinkage = shrinkage
    law = try Gaussian(merged(without: nil), shrinkage: shrinkage, ridge: Self.ridge)
    var laws: [(images: [Int], law: Gaussian)] = []
    if let best { laws.append((folds[0], best.law)) }
    for fold in folds.indices.dropFirst() {
      laws.append(
        (
          folds[fold],
          try Gaussian(merged(without: fold), shrinkage: shrinkage, ridge: Self.ridge)
        ))
    }
    self.folds = laws
  }

  /// Whitens `features` `[N, h, w, C]` in place: each image that was learnt from by the law of the folds that it is not in, so
  /// that it looks to the flow as a new one will, any other by the law of all.
  package func whiten(_ features: Tensor) {
    let samples = features.flattened(from: 1, through: 2)
    let known = Set(folds.flatMap(\.images))
    let others = (0..<samples.shape[0]).filter { !known.contains($0) }
    noGrad {
      for (images, law) in folds + [(others, law)] {
        for batch in Self.batches(images) {
          let whitened = law.whitened(Self.select(samples, batch))
          for (place, image) in batch.enumerated() {
            samples[image..<image + 1].copy(from: whitened[place..<place + 1])
          }
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
