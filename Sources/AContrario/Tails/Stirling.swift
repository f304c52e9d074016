import Foundation

/// What Stirling's formula leaves over, and the deviance that goes with it: together they give
/// densities near their peak without subtracting large numbers (Loader 2000, "Fast and accurate
/// computation of binomial probabilities").
enum Stirling {
  /// ln gamma(x) - [(x - 1/2) ln x - x + ln(2 pi) / 2] for x > 0, to about 1e-15.
  static func remainder(_ x: Double) -> Double {
    guard x < 10 else { return series(x) }
    // Seven terms of the asymptotic series are enough from 10 on; get there by
    // gamma(x + 1) = x gamma(x).
    var product = 1.0
    var shifted = x
    while shifted < 10 {
      product *= shifted
      shifted += 1
    }
    return series(shifted) + ((shifted - 0.5) * log(shifted) - shifted)
      - ((x - 0.5) * log(x) - x) - log(product)
  }

  private static func series(_ x: Double) -> Double {
    let square = 1 / (x * x)
    return coefficients.reduce(0) { $0 * square + $1 } / x
  }

  /// Of x^-13, x^-11, ..., x^-1 (DLMF 5.11.1).
  private static let coefficients: [Double] = [
    1 / 156, -691 / 360_360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12,
  ]

  /// r - 1 - ln r of the ratio r of both numbers: at least 0, and exact where they nearly agree.
  ///
  /// A gamma law of shape a falls off as exp(-a deviance(x, a)).
  static func deviance(_ value: Double, from reference: Double) -> Double {
    let difference = (value - reference) / reference
    guard abs(difference) < 0.4 else { return difference - log(value / reference) }
    // With r = d / (2 + d): ln(1 + d) = 2 (r + r^3/3 + r^5/5 + ...) and d - 2 r = r d.
    let r = difference / (2 + difference)
    let square = r * r
    var sum = 0.0
    for odd in stride(from: 27.0, through: 3, by: -2) { sum = sum * square + 1 / odd }
    return r * (difference - 2 * square * sum)
  }
}
