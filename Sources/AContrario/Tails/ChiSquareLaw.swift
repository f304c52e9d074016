import Foundation

/// The chi-square law: the sum of the squares of independent standard normal components.
///
/// Its tail is computed in logarithms to about 1e-13 of its value, however small the probability.
public struct ChiSquareLaw: TailLaw {
  public let degreesOfFreedom: Int
  private let half: GammaLaw

  /// Degrees of freedom: at least 1.
  public init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "a chi-square law needs at least 1 degree of freedom")
    self.degreesOfFreedom = degreesOfFreedom
    half = GammaLaw(shape: Double(degreesOfFreedom) / 2)
  }

  public func log10Survival(_ x: Double) -> Double { half.logUpper(x / 2) * M_LOG10E }

  /// The Chernoff bound of the upper tail: with x per degree of freedom t,
  /// -C/2 (t - 1 - ln t) / ln 10 (Tailanian et al., "U-Flow", JMIV 2024).
  ///
  /// Below the mean (t <= 1) the expression bounds the other tail; the valid bound there is 0. The
  /// authors' released code applies the expression to both sides, so that unusually quiet latents
  /// count as defects: `guarded: false` reproduces its numbers.
  public func log10ChernoffBound(_ x: Double, guarded: Bool = true) -> Double {
    let degrees = Double(degreesOfFreedom)
    if guarded && x <= degrees { return 0 }
    if x == .infinity { return -.infinity }
    return -degrees / 2 * Stirling.deviance(x, from: degrees) * M_LOG10E
  }

  /// The x below which the statistic stays with probability p: the inverse of the distribution
  /// function, for p in 0...1.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability lies between 0 and 1")
    if p == 0 { return 0 }
    if p == 1 { return .infinity }
    let isBelow: (Double) -> Bool
    if p < 0.5 {
      isBelow = { half.logLower($0) < log(p) }
    } else {
      isBelow = { half.logUpper($0) > log1p(-p) }
    }
    var low = half.shape
    while low > 0 && !isBelow(low) { low /= 2 }
    if low == 0 { return 0 }
    var high = 2 * low
    while isBelow(high) {
      low = high
      high *= 2
    }
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return 2 * high }
      if isBelow(middle) { low = middle } else { high = middle }
    }
  }
}
