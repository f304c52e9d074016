import Foundation

/// The gamma law of scale 1: its two tails are the regularized incomplete gamma functions P and Q.
///
/// Both come as natural logarithms with relative accuracy, so that neither 10^-10000 nor
/// 1 - 10^-300 loses its digits.
struct GammaLaw: Sendable {
  let shape: Double
  /// ln [x^a e^-x / gamma(a)] without the part that depends on x.
  private let logScale: Double

  init(shape: Double) {
    self.shape = shape
    logScale = 0.5 * log(shape / (2 * .pi)) - Stirling.remainder(shape)
  }

  /// ln P(X >= x) = ln Q(shape, x).
  func logUpper(_ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 0 }
    guard x < .infinity else { return -.infinity }
    return x < shape + 1 ? log1p(-exp(logLowerSeries(x))) : logUpperFraction(x)
  }

  /// ln P(X <= x) = ln P(shape, x).
  func logLower(_ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : -.infinity }
    guard x < .infinity else { return 0 }
    return x < shape + 1 ? logLowerSeries(x) : log1p(-exp(logUpperFraction(x)))
  }

  /// ln [x^a e^-x / gamma(a)].
  private func logKernel(_ x: Double) -> Double {
    logScale - shape * Stirling.deviance(x, from: shape)
  }

  /// DLMF 8.11.4: x^a e^-x / gamma(a + 1) times the sum of x^n / ((a + 1) ... (a + n)).
  private func logLowerSeries(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var divisor = shape
    while term > sum * 0x1p-54 {
      divisor += 1
      term *= x / divisor
      sum += term
    }
    return logKernel(x) + log(sum / shape)
  }

  /// DLMF 8.9.2, even part, by Lentz's method; converges in O(sqrt(a)) steps for x > a.
  private func logUpperFraction(_ x: Double) -> Double {
    var denominator = x - shape + 1
    var numeratorRatio = Double.infinity
    var denominatorRatio = 1 / denominator
    var fraction = denominatorRatio
    var step = 0.0
    var change = 0.0
    while abs(change - 1) > 0x1p-52 && step < 1e6 {
      step += 1
      let numerator = step * (shape - step)
      denominator += 2
      denominatorRatio = 1 / (denominator + numerator * denominatorRatio)
      numeratorRatio = denominator + numerator / numeratorRatio
      change = numeratorRatio * denominatorRatio
      fraction *= change
    }
    return logKernel(x) + log(fraction)
  }
}
