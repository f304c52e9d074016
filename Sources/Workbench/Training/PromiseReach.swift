import Datasets
import Foundation
import Inspection

/// What the good images of a calibration can promise, in words that a person can act on.
package struct PromiseReach: Sendable {
  /// Independent good images.
  let images: Int
  /// Whether each of them has been learnt from, too.
  let isFolded: Bool

  /// Of an auditor.
  private static let confidence = 0.95

  init(images: Int, isFolded: Bool) { (self.images, self.isFolded) = (images, isFolded) }

  /// Nil for models of version 0.1, which have no law of images.
  package init?(_ calibration: Calibration) {
    guard let law = calibration.scoreLaw else { return nil }
    images = law.groupCount
    if case .folds = calibration.basis { isFolded = true } else { isFolded = false }
  }

  /// The rarest alarm that counting can promise.
  private func least(_ confidence: Double?) -> Double {
    guard let confidence else { return 1 / Double(images + 1) }
    return 1 - pow(1 - confidence, 1 / Double(images))
  }

  /// How many images a promise takes that is kept by counting alone.
  private static func needed(_ promise: Double, _ confidence: Double?) -> Double {
    let rounding = 1e-9
    guard let confidence else { return (1 / promise - 1 - rounding).rounded(.up) }
    return (log(1 - confidence) / log1p(-promise) - rounding).rounded(.up)
  }

  /// Nobody has more.
  private static let mostImages = 1e6

  /// One in so many.
  private static func told(_ rate: Double) -> String {
    "1 in \(Digits.fixed((1 / rate).rounded(.down), 0))"
  }

  /// What can be promised, and what cannot.
  package var description: String {
    let source =
      isFolded
      ? "each judged as though the model had not learnt from it"
      : "which the model has not learnt from"
    return
      "The promise rests on \(images) good images, \(source). By counting, the rarest alarm that they can promise is"
      + " \(Self.told(least(nil))) good images, and \(Self.told(least(Self.confidence))) with a confidence of 0.95."
      + " What is rarer is extrapolated from how their scores thin out."
  }

  /// Where the decision asks for more than that, what it means and what to do; nil where it does not.
  package func doubt(of decision: Decision) -> Remark? {
    guard case .falseAlarms(let promise, .calibrated, let confidence, _) = decision, promise < 1,
      least(confidence) > promise * (1 + 1e-9)
    else { return nil }
    let sure = confidence.map { " with a confidence of \($0)" } ?? ""
    let needed = Self.needed(promise, confidence)
    let more =
      needed <= Self.mostImages ? "give \(Digits.fixed(needed, 0)) good images, or " : ""
    let limit = Digits.shortest((least(confidence) * 1000).rounded(.up) / 1000)
    return Remark(
      .doubt,
      "\(promise) false alarms\(sure) are rarer than \(images) good images can show by counting"
        + " (\(Self.told(least(confidence)))): the limit is extrapolated, more or fewer may be found, and flaws may be"
        + " missed; for a promise that is counted, \(more)accept more with --false-alarms \(limit)")
  }
}
