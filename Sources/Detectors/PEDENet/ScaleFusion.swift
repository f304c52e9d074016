import Statistics
import Torch

/// How the energies of the patch sizes become one map.
public enum ScaleFusion: String, Codable, Sendable, CaseIterable {
  /// The sum of the energies, each in standard deviations from its mean.
  case standardized
  /// The product of the energies above the least one, as in Patch-SVDD.
  case product

  /// Maps `[N, h, w]` of each patch size, in the order of `scales`.
  public func callAsFunction(_ maps: [Tensor], _ scales: [EnergyScale]) -> Tensor {
    let parts = zip(maps, scales).map { map, scale in
      switch self {
      case .standardized: (map - scale.mean) * (1 / scale.deviation)
      case .product: (map - scale.least).clamped(min: 0) * (1 / scale.deviation)
      }
    }
    return parts.dropFirst().reduce(parts[0]) { self == .standardized ? $0 + $1 : $0 * $1 }
  }
}
