import Foundation

/// The tails of the laws behind confidence intervals, and their quantiles.
enum TailProbability {
  /// P(X <= x) of a gamma variable of that shape and scale 1, with its complement.
  ///
  /// The series below the mean and the continued fraction above it (Abramowitz and Stegun 6.5.29
  /// and 6.5.31), so that the smaller of the two keeps its digits.
  static func gamma(shape: Double, _ x: Double) -> (lower: Double, upper: Double) {
    if x <= 0 { return (0, 1) }
    let factor = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1 {
      var term = 1 / shape
      var sum = term
      var n = shape
      while term > sum * 0x1p-54 {
        n += 1
        term *= x / n
        sum += term
      }
      return (sum * factor, 1 - sum * factor)
    }
    let fraction = continuedFraction(first: x + 1 - shape) { n in
      let n = Double(n)
      return (-n * (n - shape), x + 1 - shape + 2 * n)
    }
    return (1 - factor / fraction, factor / fraction)
  }

  /// P(X <= x) of a beta variable (Abramowitz and Stegun 26.5.8).
  static func beta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges fast only below the mean.
    if x > (a + 1) / (a + b + 2) { return 1 - beta(b, a, 1 - x) }
    let factor = exp(
      a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b))
    let fraction = continuedFraction(first: 1) { n in
      let m = Double(n / 2)
      let numerator =
        n % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      return (numerator, 1)
    }
    return factor / (a * fraction)
  }

  /// Where a function that rises from below to above `target` between the bounds reaches it.
  static func root(
    of rising: (Double) -> Double, equal target: Double, from lower: Double, through upper: Double
  ) -> Double {
    var (lower, upper) = (lower, upper)
    while true {
      let middle = lower + (upper - lower) / 2
      if middle <= lower || middle >= upper { return middle }
      if rising(middle) < target { lower = middle } else { upper = middle }
    }
  }

  /// b0 + a1 / (b1 + a2 / (b2 + ...)) by Lentz's method; `part(n)` gives a and b.
  private static func continuedFraction(
    first: Double, _ part: (Int) -> (a: Double, b: Double)
  ) -> Double {
    // Stands for a zero that would be divided by.
    let tiny = 0x1p-900
    let guarded = { (x: Double) in x == 0 ? tiny : x }
    var value = guarded(first)
    var c = value
    var d = 0.0
    // More terms than counts up to 10^9 need.
    for n in 1...1_000_000 {
      let (a, b) = part(n)
      d = 1 / guarded(b + a * d)
      c = guarded(b + a / c)
      value *= c * d
      if abs(c * d - 1) < 0x1p-52 { break }
    }
    return value
  }
}
