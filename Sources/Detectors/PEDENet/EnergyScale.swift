import Torch

/// What energies of good images are like: the unit that energies of all patch sizes are brought to.
public struct EnergyScale: Sendable {
  /// What energies are held against.
  public enum Reference: String, Codable, Sendable, CaseIterable {
    /// Those at the same position: where things look alike at a place, some are rare, and yet as they should be.
    case position
    /// All.
    case whole
  }

  /// `[h, w]`, or `[1, 1]` for all positions.
  let mean: Tensor
  let deviation: Tensor
  /// The least energy in this unit.
  let least: Double

  /// How many images the deviation of all positions counts for beside those of a position.
  private static let sharedImages = 10.0
  /// Where nothing varies, a deviation would be no unit.
  private static let leastVariance = 1e-6

  /// - Parameter maps: `[N, h, w]`; of one image alone, all positions together are the reference.
  init(_ maps: Tensor, by reference: Reference) {
    let energies = maps.to(.float64)
    let count = Double(energies.shape[0])
    let (mean, variance): (Tensor, Tensor)
    if reference == .position, count > 1 {
      mean = energies.mean(0)
      let own = energies.variance(0)
      variance = (own * count + own.mean() * Self.sharedImages) * (1 / (count + Self.sharedImages))
    } else {
      mean = energies.mean().reshaped(1, 1)
      variance = (energies - mean).square().mean().reshaped(1, 1)
    }
    self.mean = mean.to(.float32)
    deviation = variance.clamped(min: Self.leastVariance).sqrt().to(.float32)
    least = ((maps - self.mean) / deviation).min().item()
  }

  init(mean: Tensor, deviation: Tensor, least: Double) {
    (self.mean, self.deviation, self.least) = (mean, deviation, least)
  }

  /// Energies `[N, h, w]` in deviations from the mean.
  func callAsFunction(_ energies: Tensor) -> Tensor { (energies - mean) / deviation }
}
