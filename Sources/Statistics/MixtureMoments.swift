import Torch

/// Mass, mean and scatter of samples that belong to `K` components in part: what a Gaussian mixture is made of.
///
/// The sums of two sets of samples make those of both, to rounding (the weighted form of Chan, Golub, LeVeque 1979,
/// equation 2.1). All is float64, however many samples there were.
///
/// ```swift
/// var moments = MixtureMoments(components: 2, dimensions: 3)
/// moments.add(samples, memberships: memberships)  // [N, 3] and [N, 2], as often as wanted
/// let mixture = try GaussianMixture(moments, regularizer: 1e-3)
/// ```
public struct MixtureMoments: Sendable {
  /// `[K]`: the sum of the memberships.
  package private(set) var mass: Tensor
  /// `[K, D]`.
  public private(set) var mean: Tensor
  /// `[K, D, D]`: the sum of outer products of the samples' deviations from the mean, weighted by membership.
  package private(set) var scatter: Tensor

  /// Elements of deviations that are held at once.
  private static let blockSize = 1 << 22
  /// Below every mass that matters; keeps a component without members from dividing by zero.
  private static let leastMass = 1e-200

  /// Moments of no samples yet.
  public init(components: Int, dimensions: Int, device: Device = .cpu) {
    precondition(components > 0 && dimensions > 0, "moments need a component and a dimension")
    mass = .zeros([components], dtype: .float64, device: device)
    mean = .zeros([components, dimensions], dtype: .float64, device: device)
    scatter = .zeros([components, dimensions, dimensions], dtype: .float64, device: device)
  }

  /// `K`.
  public var components: Int { mean.shape[0] }
  /// `D`.
  public var dimensions: Int { mean.shape[1] }

  /// Adds samples `[N, D]` with their memberships `[N, K]`, both of any floating type and summed in float64.
  public mutating func add(_ samples: Tensor, memberships: Tensor) {
    let count = samples.shape[0]
    precondition(
      samples.shape == [count, dimensions] && memberships.shape == [count, components],
      "samples \(samples.shape) and memberships \(memberships.shape) do not fit \(mean.shape)")
    let rows = Swift.max(1, Self.blockSize / (dimensions * components))
    noGrad {
      for start in stride(from: 0, to: count, by: rows) {
        let range = start..<Swift.min(start + rows, count)
        add(part: samples[range].to(.float64), memberships[range].to(.float64).transposed(0, 1))
      }
    }
  }

  /// - Parameter memberships: `[K, N]`.
  private mutating func add(part samples: Tensor, _ memberships: Tensor) {
    let mass = memberships.sum(1)
    // About one center for all components, near enough for float64: each component's own deviations would be as many tensors.
    let center = samples.mean(0, keepDimensions: true)
    let deviations = samples - center
    let divisor = mass.clamped(min: Self.leastMass).unsqueezed(1)
    let shift = memberships.matmul(deviations) / divisor
    // One product for all components.
    let weighted = deviations.transposed(0, 1).unsqueezed(0) * memberships.unsqueezed(1)
    let second = weighted.reshaped(-1, samples.shape[0]).matmul(deviations)
      .reshaped(components, dimensions, dimensions)
    let between = shift.unsqueezed(2) * shift.unsqueezed(1) * mass.reshaped(-1, 1, 1)
    merge(mass: mass, mean: shift + center, scatter: second - between)
  }

  /// Takes in the samples that `other` has seen.
  public mutating func merge(_ other: MixtureMoments) {
    precondition(other.mean.shape == mean.shape, "moments of different shape cannot be merged")
    noGrad { merge(mass: other.mass, mean: other.mean, scatter: other.scatter) }
  }

  private mutating func merge(mass added: Tensor, mean other: Tensor, scatter more: Tensor) {
    let total = mass + added
    let share = added / total.clamped(min: Self.leastMass)
    let shift = other - mean
    let between = shift.unsqueezed(2) * shift.unsqueezed(1)
    scatter = scatter + more + between * (mass * share).reshaped(-1, 1, 1)
    mean = mean + shift * share.unsqueezed(1)
    mass = total
  }

  /// `[K, D, D]`: the scatter over the mass; 0 for a component without members.
  public var covariance: Tensor {
    noGrad { scatter / mass.clamped(min: Self.leastMass).reshaped(-1, 1, 1) }
  }

  /// All of it, for ``init(_:origin:)``: `mass` `[K]`, `mean` `[K, D]` and `scatter` `[K, D (D + 1) / 2]`, its lower
  /// triangles row by row.
  public var tensors: [String: Tensor] {
    ["mass": mass, "mean": mean, "scatter": Triangle(dimensions).packed(scatter)]
  }

  /// What ``tensors`` held.
  ///
  /// - Parameter origin: where they are from, such as the path of their file; errors begin with it.
  /// - Throws: ``ParameterError`` where a tensor is missing or of another shape than the mean asks for.
  public init(_ tensors: [String: Tensor], origin: String = "the moments") throws(ParameterError) {
    let names = ["mass", "mean", "scatter"]
    let missing = names.filter { tensors[$0] == nil }
    guard let mass = tensors["mass"], let mean = tensors["mean"], let scatter = tensors["scatter"]
    else { throw ParameterError(origin: origin, missing: missing) }
    guard mean.rank == 2, mean.count > 0, mean.dtype == .float64 else {
      throw ParameterError(origin: origin, misshapen: ["mean"])
    }
    let (components, triangle) = (mean.shape[0], Triangle(mean.shape[1]))
    let isSound = [
      mass.shape == [components] && mass.dtype == .float64, true,
      scatter.shape == [components, triangle.count] && scatter.dtype == .float64,
    ]
    let misshapen = zip(names, isSound).filter { !$0.1 }.map(\.0)
    guard misshapen.isEmpty else { throw ParameterError(origin: origin, misshapen: misshapen) }
    (self.mass, self.mean) = (mass, mean)
    self.scatter = triangle.symmetric(scatter)
  }
}
