/// What the number of successes among independent trials says of the rate behind them: Clopper and
/// Pearson's interval, which holds the true rate at least as often as `confidence` says.
///
/// For a detection rate: `successes` defective images of `trials` that raised an alarm. Where trials come in clusters, the
/// numbers are effective ones, and no whole numbers (Korn and Graubard 1998); see ``RepeatedCounts``.
public struct BinomialInterval: Equatable, Sendable {
  /// The share that succeeded; nil without trials.
  public let rate: Double?
  public let lower: Double
  public let upper: Double

  /// The interval from 0 to 1 where there are no trials.
  ///
  /// - Parameters:
  ///   - successes: at least 0 and at most `trials`; need not be a whole number.
  ///   - confidence: in (0, 1).
  public init(successes: Double, trials: Double, confidence: Double = 0.95) {
    precondition(0 <= successes && successes <= trials, "successes are among the trials")
    precondition(confidence > 0 && confidence < 1, "confidence \(confidence) is not in (0, 1)")
    let tail = (1 - confidence) / 2
    guard trials > 0 else {
      (rate, lower, upper) = (nil, 0, 1)
      return
    }
    rate = successes / trials
    lower = Self.lower(successes, trials, tail)
    upper = 1 - Self.lower(trials - successes, trials, tail)
  }

  /// The one-sided limit that the rate lies below with so much confidence: 1 where all trials succeeded.
  ///
  /// - Parameters:
  ///   - trials: above 0.
  ///   - confidence: in (0, 1).
  package static func upper(successes: Double, trials: Double, confidence: Double) -> Double {
    1 - lower(max(trials - successes, 0), trials, 1 - confidence)
  }

  /// The rate at which so many successes or more have only the probability `tail`.
  private static func lower(_ successes: Double, _ trials: Double, _ tail: Double) -> Double {
    if successes == 0 { return 0 }
    return TailProbability.root(
      of: { TailProbability.beta(successes, trials - successes + 1, $0) }, equal: tail, from: 0,
      through: 1)
  }
}
