import Foundation

/// The law of a squared Mahalanobis distance whose mean and covariance were themselves estimated.
///
/// Let p be the dimensions, and let mean and covariance (divisor n - 1) come from n independent
/// samples of a normal law. Then the squared distance of one more sample of that law is
/// (n^2 - 1) p / (n (n - p)) times an F variable of p and n - p degrees of freedom (Hotelling 1931,
/// "The generalization of Student's ratio"; Anderson 2003, theorem 5.2.2). It has far heavier tails
/// than chi-square with p degrees of freedom, which it approaches as n grows.
///
/// A positive number on the diagonal of the covariance makes every distance shorter. The law then
/// is a bound: the distance reaches a level no more often than it says.
///
/// As the measure of a region, it is the probability of one pixel to the power of the area, as in
/// ``ChernoffBound``; but it is exact for one pixel, and no bound.
public struct HotellingTail: TailLaw, RegionMeasure {
  /// p, the dimensions of a sample.
  public let dimensions: Int
  /// n, how many samples mean and covariance were estimated from.
  public let samples: Int

  /// - Returns: nil unless there are more samples than dimensions, and one dimension at least. With
  ///   fewer, the covariance has no inverse, and the distance no law.
  public init?(dimensions: Int, samples: Int) {
    guard dimensions > 0, samples > dimensions else { return nil }
    self.dimensions = dimensions
    self.samples = samples
  }

  public func log10PFA(area: Int, level: Double) -> Double {
    Double(area) * log10Survival(level)
  }

  /// log10 of the probability that a squared distance is at least `x`, finite wherever `x` is. It has
  /// 11 digits with a million samples, 7 with a billion.
  public func log10Survival(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < .infinity else { return -.infinity }
    // The distance over n - 1/n is the odds against a beta variable.
    let count = Double(samples)
    let odds = x / (count - 1 / count)
    let beta = BetaTail(Double(samples - dimensions) / 2, Double(dimensions) / 2)
    return min(0, beta.logProbability(odds: odds) * M_LOG10E)
  }
}

/// The lower tail of a beta variable of parameters a and b, in logarithms.
private struct BetaTail {
  let a: Double
  let b: Double

  init(_ a: Double, _ b: Double) {
    self.a = a
    self.b = b
  }

  /// ln P(Y <= 1 / (1 + odds)), the regularized incomplete beta function.
  func logProbability(odds: Double) -> Double {
    let (lower, upper) = (1 / (1 + odds), odds / (1 + odds))
    let density = b * log(odds) - (a + b) * log1p(odds) - logBeta
    // The fraction converges fast only below the mean.
    guard lower > (a + 1) / (a + b + 2) else {
      return density - log(a * Self.fraction(a, b, lower))
    }
    return log1p(-exp(density - log(b * Self.fraction(b, a, upper))))
  }

  /// ln B(a, b) without differences of large numbers.
  private var logBeta: Double {
    let (smaller, larger) = (min(a, b), max(a, b))
    guard larger >= 10 else { return lgamma(a) + lgamma(b) - lgamma(a + b) }
    // Stirling's formula for both large numbers; what they share cancels.
    let sum = smaller + larger
    let difference =
      (larger - 0.5) * log1p(smaller / larger) + smaller * (log(sum) - 1)
      + Self.stirlingCorrection(sum) - Self.stirlingCorrection(larger)
    return lgamma(smaller) - difference
  }

  /// ln of the gamma function less (x - 1/2) ln x - x + ln(2 pi) / 2, for x >= 10 (Abramowitz and
  /// Stegun 6.1.41).
  private static func stirlingCorrection(_ x: Double) -> Double {
    let square = 1 / (x * x)
    return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x
  }

  /// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by Lentz's
  /// method: the probability is the density at x, over a and this.
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    // Stands for a zero that would be divided by.
    let tiny = 0x1p-900
    var value = 1.0
    var c = 1.0
    var d = 0.0
    // More terms than counts up to 10^9 need.
    for n in 1...1_000_000 {
      let m = Double(n / 2)
      let numerator =
        n % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      let denominator = 1 + numerator * d
      d = 1 / (denominator == 0 ? tiny : denominator)
      c = 1 + numerator / c
      if c == 0 { c = tiny }
      value *= c * d
      if abs(c * d - 1) < 0x1p-52 { break }
    }
    return value
  }
}
