/// Which outputs of a hop are features, and which of them the next hop splits further.
public struct EnergyRule: Codable, Sendable, Hashable {
  /// How a node's energy goes to its outputs.
  public enum Inheritance: String, Codable, Sendable {
    /// DC and AC share it by their variances (PixelHop++, Chen et al. 2020, section 3.2).
    case shared
    /// DC has all of it, and AC components share it once more by their variances, so that DC always goes on (AnomalyHop as
    /// released).
    case dcKeepsAll
  }

  /// What an output is for.
  public enum Role: Sendable, Equatable {
    /// A feature that the next hop splits.
    case intermediate
    /// A feature.
    case leaf
    case discarded
  }

  public var inheritance: Inheritance
  /// The least energy of an intermediate output, TH1.
  public var splitting: Double
  /// The least energy of a feature, TH2.
  public var keeping: Double

  public init(inheritance: Inheritance, splitting: Double, keeping: Double) {
    self.inheritance = inheritance
    self.splitting = splitting
    self.keeping = keeping
  }

  /// All outputs are features; those go on whose energy is above `threshold`.
  public static func anomalyHop(threshold: Double = 0.125) -> EnergyRule {
    EnergyRule(inheritance: .dcKeepsAll, splitting: threshold.nextUp, keeping: 0)
  }

  /// The thresholds of PixelHop++, with its authors' defaults.
  public static func pixelHop(splitting: Double = 0.005, keeping: Double = 0.001) -> EnergyRule {
    EnergyRule(inheritance: .shared, splitting: splitting, keeping: keeping)
  }

  public func role(_ energy: Double) -> Role {
    energy < keeping ? .discarded : energy < splitting ? .leaf : .intermediate
  }
}
