import Torch

/// What energies of good images are like that neither network nor mixture has seen.
public struct EnergyScale: Sendable, Equatable {
  public let mean: Double
  public let deviation: Double
  public let least: Double

  /// Where nothing varies, a deviation would be no unit.
  private static let leastDeviation = 1e-3

  /// - Parameter maps: `[N, h, w]`.
  init(_ maps: [Tensor]) {
    let all = Tensor.concatenate(maps.map { $0.to(.float64).flattened() })
    mean = all.mean().item()
    deviation = max(all.variance(0, correction: 0).item().squareRoot(), Self.leastDeviation)
    least = all.min().item()
  }

  /// What ``values`` held.
  init(_ values: [Double]) { (mean, deviation, least) = (values[0], values[1], values[2]) }

  var values: [Double] { [mean, deviation, least] }
}
