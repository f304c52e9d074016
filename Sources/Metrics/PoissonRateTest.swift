/// Whether more events are observed in one sample than expected, by more than chance allows.
///
/// An expectation that was learned from another sample is uncertain itself: it stands for the events
/// that were counted there. If the rates of both samples are alike, then of all the events those of
/// the new sample are binomial, by its share in the exposure (Przyborowski and Wilenski 1940).
/// Clusters count as in ``PoissonInterval``.
package struct PoissonRateTest: Equatable, Sendable {
  /// The probability of as many events or more, were the expectation true.
  package let probability: Double

  /// - Parameters:
  ///   - rate: of events per exposure, as expected; above 0.
  ///   - learntFrom: the exposure that the expectation was learned from; nil where it is not learned.
  ///   - count: of events; a whole number, or a mean of some.
  ///   - exposure: above 0.
  ///   - dispersion: the variance of the events of one image over their mean, at least 1.
  package init(
    rate: Double, learntFrom: Double?, count: Double, exposure: Double, dispersion: Double = 1
  ) {
    precondition(rate > 0 && exposure > 0 && learntFrom ?? 1 > 0, "rate and exposures are above 0")
    precondition(dispersion >= 1, "a dispersion of \(dispersion) is below 1")
    precondition(count >= 0, "there are no fewer events than none")
    let events = count / dispersion
    if count == 0 {
      probability = 1
    } else if let learntFrom {
      probability = TailProbability.beta(
        events, rate * learntFrom / dispersion + 1, exposure / (exposure + learntFrom))
    } else {
      probability = TailProbability.gamma(shape: events, rate * exposure / dispersion).lower
    }
  }

  /// At the level of 2.5 %, the upper half of a 95 % interval.
  package var isConsistent: Bool { probability >= 0.025 }
}
