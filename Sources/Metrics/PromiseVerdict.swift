/// Whether a promised rate was kept, as far as the 95 % interval of what was observed can say.
///
/// The rate is a probability (that a good image raises an alarm) or an expected number (of marked regions in a good image).
/// How well the promise was learnt is no excuse here: it is the number that the user asked for.
///
/// | interval | verdict |
/// |---|---|
/// | all of it above the promise | ``notKept`` |
/// | reaches down to the promise or below, and not up to twice the promise | ``kept`` |
/// | reaches down to the promise or below, and up to twice the promise or more | ``tooFewToTell`` |
///
/// In the last case a rate of twice the promise could not be told from it. For a share of images, 0.05 can be seen to be kept
/// by 36 images at the least, and 0.01 by 183, none of which alarms.
public enum PromiseVerdict: String, Codable, Sendable, CustomStringConvertible {
  case kept
  case tooFewToTell = "too few to tell"
  case notKept = "not kept"

  /// - Parameters:
  ///   - promise: the rate that was promised, above 0.
  ///   - lower: the lower end of the interval of the rate behind what was observed.
  ///   - upper: the upper end, at least `lower`.
  public init(promise: Double, lower: Double, upper: Double) {
    precondition(promise > 0 && lower <= upper, "a promise above 0 and an interval")
    self =
      if lower > promise { .notKept } else if upper < 2 * promise { .kept } else { .tooFewToTell }
  }

  /// As tables show it.
  public var description: String { rawValue }
}
