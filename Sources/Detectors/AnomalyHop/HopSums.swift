import Statistics
import Torch

/// The moments of the features of good images at some hops, which the Gaussians follow from.
struct HopSums {
  /// One for each hop: of each position, or a single group for all.
  private(set) var moments: [Moments] = []
  private let byPosition: Bool

  init(byPosition: Bool) { self.byPosition = byPosition }

  /// As they were saved, or a choice of others.
  init(_ moments: [Moments]) {
    self.moments = moments
    byPosition = moments.contains { $0.groups > 1 }
  }

  /// Takes in features `[N, C, h, w]` of each hop.
  mutating func add(_ features: [Tensor]) {
    if moments.isEmpty {
      moments = features.map { features in
        let shape = features.shape
        return Moments(groups: byPosition ? shape[2] * shape[3] : 1, dimensions: shape[1])
      }
    }
    for (hop, features) in features.enumerated() {
      let groups = moments[hop].groups
      moments[hop].add(HopLaw.samples(features, byPosition: groups > 1))
    }
  }

  func laws(regularizer: Double) throws -> [HopLaw] {
    try moments.map { .gaussian(try Gaussian($0, regularizer: regularizer)) }
  }
}
