import Torch

/// How the energies of the patch sizes, each in its own unit, become one map.
public enum ScaleFusion: String, Codable, Sendable, CaseIterable {
  case sum
  /// Of what is above the least energy of a good image, as in Patch-SVDD.
  case product

  /// Maps `[N, h, w]` of each patch size, in the order of `scales`.
  func callAsFunction(_ maps: [Tensor], _ scales: [EnergyScale]) -> Tensor {
    switch self {
    case .sum: maps.dropFirst().reduce(maps[0], +)
    case .product:
      zip(maps, scales).map { ($0 - $1.least).clamped(min: 0) }.reduce(.ones([]), *)
    }
  }
}
