/// What the number of successes among independent trials says of the rate behind them.
///
/// For a detection rate: `successes` defective images of `trials` that raised an alarm.
package struct BinomialInterval: Equatable, Sendable {
  package enum Method: Sendable {
    /// Clopper and Pearson's: holds the true rate at least as often as `confidence` says.
    case exact
    /// Wilson's score interval: shorter, and right on average only.
    case wilson
  }

  /// The share that succeeded; nil without trials.
  package let rate: Double?
  package let lower: Double
  package let upper: Double

  /// The interval from 0 to 1 where there are no trials.
  ///
  /// - Parameter confidence: in (0, 1).
  package init(
    successes: Int, trials: Int, confidence: Double = 0.95, method: Method = .exact
  ) {
    precondition(0 <= successes && successes <= trials, "successes are among the trials")
    precondition(confidence > 0 && confidence < 1, "confidence \(confidence) is not in (0, 1)")
    let tail = (1 - confidence) / 2
    guard trials > 0 else {
      (rate, lower, upper) = (nil, 0, 1)
      return
    }
    rate = Double(successes) / Double(trials)
    switch method {
    case .exact:
      lower = Self.exactLower(successes, trials, tail)
      upper = 1 - Self.exactLower(trials - successes, trials, tail)
    case .wilson:
      lower = Self.wilsonLower(successes, trials, tail)
      upper = 1 - Self.wilsonLower(trials - successes, trials, tail)
    }
  }

  /// Whether a rate agrees with what was counted.
  package func contains(_ rate: Double) -> Bool { lower <= rate && rate <= upper }

  /// The rate at which so many successes or more have only the probability `tail`.
  private static func exactLower(_ successes: Int, _ trials: Int, _ tail: Double) -> Double {
    if successes == 0 { return 0 }
    let (a, b) = (Double(successes), Double(trials - successes + 1))
    return TailProbability.root(
      of: { TailProbability.beta(a, b, $0) }, equal: tail, from: 0, through: 1)
  }

  private static func wilsonLower(_ successes: Int, _ trials: Int, _ tail: Double) -> Double {
    if successes == 0 { return 0 }
    // z^2 of a normal variable is twice a gamma variable of shape 1/2.
    let half = TailProbability.root(
      of: { -TailProbability.gamma(shape: 0.5, $0).upper }, equal: -2 * tail, from: 0, through: 750)
    let (n, p, squared) = (Double(trials), Double(successes) / Double(trials), 2 * half)
    let center = p + squared / (2 * n)
    let spread = (squared * (p * (1 - p) + squared / (4 * n)) / n).squareRoot()
    return (center - spread) / (1 + squared / n)
  }
}
