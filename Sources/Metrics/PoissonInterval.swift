/// What a number of rare events says of the rate behind them: Garwood's interval.
///
/// For false alarms: `count` regions over `exposure` good images. It holds the true rate at least as
/// often as `confidence` says, provided that the events are independent. Where they come in
/// clusters, they tell as much as `count / dispersion` independent ones (quasi-Poisson: McCullagh
/// and Nelder 1989, section 6.2.3).
public struct PoissonInterval: Equatable, Sendable {
  /// Events per unit of exposure.
  public let rate: Double
  public let lower: Double
  public let upper: Double

  /// - Parameters:
  ///   - count: of events; a whole number, or a mean of some.
  ///   - exposure: what the rate is per, such as the number of images; above 0.
  ///   - dispersion: the variance of the events of one image over their mean, at least 1.
  ///   - confidence: in (0, 1).
  public init(
    count: Double, exposure: Double = 1, dispersion: Double = 1, confidence: Double = 0.95
  ) {
    precondition(count >= 0, "there are no fewer events than none")
    precondition(exposure > 0 && exposure.isFinite, "exposure \(exposure) is not above 0")
    precondition(confidence > 0 && confidence < 1, "confidence \(confidence) is not in (0, 1)")
    let tail = (1 - confidence) / 2
    precondition(dispersion >= 1, "a dispersion of \(dispersion) is below 1")
    rate = count / exposure
    let (count, exposure) = (count / dispersion, exposure / dispersion)
    // The means at which `count` or more, or `count` or fewer, have only the probability `tail`.
    lower =
      count == 0
      ? 0
      : TailProbability.root(
        of: { TailProbability.gamma(shape: count, $0).lower }, equal: tail, from: 0, through: count)
        / exposure
    var beyond = count + 1
    while TailProbability.gamma(shape: count + 1, beyond).upper > tail { beyond *= 2 }
    upper =
      TailProbability.root(
        of: { -TailProbability.gamma(shape: count + 1, $0).upper }, equal: -tail, from: 0,
        through: beyond) / exposure
  }
}
