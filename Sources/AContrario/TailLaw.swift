/// The law of a statistic under normality, as far as its upper tail goes.
public protocol TailLaw: Sendable {
  /// log10 of the probability that the statistic is at least `x`; 0 at most.
  func log10Survival(_ x: Double) -> Double
}
