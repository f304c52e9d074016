import Foundation

/// The normal law; its tail is computed in logarithms, however small the probability.
public struct NormalLaw: TailLaw {
  public let mean: Double
  public let deviation: Double

  /// The standard deviation is greater than 0.
  public init(mean: Double = 0, deviation: Double = 1) {
    precondition(deviation > 0, "a normal law needs a deviation above 0")
    self.mean = mean
    self.deviation = deviation
  }

  public func log10Survival(_ x: Double) -> Double {
    let z = (x - mean) / deviation
    // z^2 / 2 follows the gamma law of shape 1/2, with half its mass on each side of the mean.
    let logBothSides = Self.halfSquare.logUpper(z * z / 2)
    let log = z < 0 ? log1p(-0.5 * exp(logBothSides)) : logBothSides - M_LN2
    return log * M_LOG10E
  }

  private static let halfSquare = GammaLaw(shape: 0.5)
}
