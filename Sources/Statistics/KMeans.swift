import Torch

/// Centers of clusters, each the mean of the samples that are nearest to it (Lloyd 1982).
public struct KMeans: Sendable {
  /// `[K, D]`.
  public let centers: Tensor

  /// Begins with samples that lie far apart: each is drawn with a chance in proportion to its squared distance from those drawn
  /// before (k-means++, Arthur and Vassilvitskii 2007).
  ///
  /// - Parameters:
  ///   - samples: `[N, D]`, of any floating type; fewer than there are clusters will do, though some are then the same.
  ///   - steps: in which the centers move; fewer, where they come to rest.
  ///   - generator: the same draws for the same seed.
  public init(_ samples: Tensor, clusters: Int, steps: Int = 50, generator: Generator) {
    self.init(
      samples, from: Self.seeds(samples, clusters: clusters, generator: generator), steps: steps)
  }

  /// Begins with `centers` `[K, D]`. One that no sample is nearest to stays where it is.
  public init(_ samples: Tensor, from centers: Tensor, steps: Int = 50) {
    precondition(
      samples.rank == 2 && samples.count > 0 && centers.rank == 2
        && samples.shape[1] == centers.shape[1],
      "samples \(samples.shape) and centers \(centers.shape) do not fit each other")
    var centers = centers
    for _ in 0..<steps {
      let moved = Self.moved(centers, by: samples)
      let isAtRest = (moved .== centers).all()
      centers = moved
      if isAtRest { break }
    }
    self.centers = centers
  }

  /// 1 for the nearest center and 0 for the others, `[N, K]` for samples `[N, D]`.
  public func memberships(_ samples: Tensor) -> Tensor { Self.memberships(samples, centers) }

  private static func memberships(_ samples: Tensor, _ centers: Tensor) -> Tensor {
    let centers = centers.to(samples.dtype)
    // The square of the distance less that of the sample, which is the same for all centers.
    let distances = centers.square().sum(1) - samples.linear(centers) * 2
    let numbers = Tensor.range(centers.shape[0]).moved(to: centers.device)
    return ((-distances).argmax(1).unsqueezed(1) .== numbers).to(samples.dtype)
  }

  private static func moved(_ centers: Tensor, by samples: Tensor) -> Tensor {
    let memberships = memberships(samples, centers)
    let mass = memberships.sum(0).unsqueezed(1)
    let sums = memberships.transposed(0, 1).matmul(samples)
    return .where(mass .> 0, sums / mass.clamped(min: 1), centers)
  }

  private static func seeds(_ samples: Tensor, clusters: Int, generator: Generator) -> Tensor {
    let count = samples.shape[0]
    precondition(clusters > 0 && count > 0, "clusters need a sample")
    var distances = Tensor.ones([count], dtype: .float64, device: samples.device)
    var seeds: [Tensor] = []
    while seeds.count < clusters {
      let sums = distances.cumulativeSum(0)
      let height =
        Tensor.uniform([1], generator: generator).item() * sums[count - 1..<count].item()
      let place = min(Int((sums .<= height).to(.int64).sum().item()), count - 1)
      let seed = samples[place..<place + 1]
      let fresh = (samples - seed).to(.float64).square().sum(1)
      distances = seeds.isEmpty ? fresh : .minimum(distances, fresh)
      seeds.append(seed)
    }
    return .concatenate(seeds)
  }
}
