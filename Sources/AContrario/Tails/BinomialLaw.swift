import Foundation

/// The binomial law: how many of n independent trials succeed; discrete, or extended to real counts.
public struct BinomialLaw: Sendable {
  public let trials: Int
  /// The probability that one trial succeeds.
  public let probability: Double

  /// Trials: at least 1. Probability: 0...1.
  public init(trials: Int, probability: Double) {
    precondition(trials >= 1, "a binomial law needs at least 1 trial")
    precondition(probability >= 0 && probability <= 1, "a probability lies between 0 and 1")
    self.trials = trials
    self.probability = probability
  }

  /// log10 P(K > floor(k)), as scipy's `binom.sf`; -infinity from k = n on.
  public func log10Survival(_ k: Double) -> Double {
    if k.isNaN { return .nan }
    if k < 0 { return 0 }
    if k >= Double(trials) { return -.infinity }
    let first = Int(k) + 1
    if Double(first) > Double(trials) * probability {
      return logTail(from: first, of: probability, complement: 1 - probability) * M_LOG10E
    }
    // At most the first - 1 successes of the lower tail are at least n - first + 1 failures.
    let lower = logTail(
      from: trials - first + 1, of: 1 - probability, complement: probability)
    return log1p(-exp(lower)) * M_LOG10E
  }

  /// ln P(K >= first) of a law with success probability p, for `first` at or above the mean, where
  /// the terms fall off: the sum ends after O(sqrt(n)) of them.
  private func logTail(from first: Int, of p: Double, complement q: Double) -> Double {
    guard p > 0 else { return -.infinity }
    guard q > 0 else { return 0 }
    var term = 1.0
    var sum = 1.0
    var count = first
    while count < trials && term > sum * 0x1p-60 {
      term *= Double(trials - count) / Double(count + 1) * (p / q)
      count += 1
      sum += term
    }
    return logDensity(Double(first), p, q) + log(sum)
  }

  /// ln [gamma(n + 1) / (gamma(t + 1) gamma(n - t + 1)) p^t q^(n - t)] for t in 0...n, by Loader's
  /// saddle-point form.
  func logDensity(_ t: Double, _ p: Double, _ q: Double) -> Double {
    let n = Double(trials)
    if t <= 0 { return n * (p < 0.5 ? log1p(-p) : log(q)) }
    if t >= n { return n * (q < 0.5 ? log1p(-q) : log(p)) }
    let rest = n - t
    return Stirling.remainder(n) - Stirling.remainder(t) - Stirling.remainder(rest)
      - t * Stirling.deviance(n * p, from: t) - rest * Stirling.deviance(n * q, from: rest)
      + 0.5 * log(n / (2 * .pi * t * rest))
  }
}
