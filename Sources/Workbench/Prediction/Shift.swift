import Datasets
import Foundation
import Inspection
import Metrics

/// Whether judged images look unlike the good ones that the decision was calibrated on, by their scores.
///
/// Of images of known labels the good ones are looked at, of others all. The promise of the decision is one for images like
/// those: under another lamp, or of another batch, good images raise more alarms, whatever the detector.
public struct Shift: Sendable, Equatable {
  public enum Direction: String, Sendable, Codable {
    /// Good images raise more alarms than promised.
    case higher
    /// They raise fewer, and faint flaws may pass.
    case lower
  }

  /// Images that were looked at.
  public let images: Int
  /// Good images that the decision was calibrated on.
  public let calibrationImages: Int
  /// Images that score beyond the median of those, in ``direction``.
  public let beyondMedian: Int
  public let direction: Direction
  /// How probable so much is, at most, whenever it is looked at, if the images are like those calibrated on, but for a share
  /// of ``flawedShare``.
  public let pValue: Double
  /// The share of flawed images that no shift is made of: 0 where all are known to be good.
  public let flawedShare: Double

  /// The p-value at which a shift is told.
  public static let level = 0.05
  /// What is allowed for where labels are not known.
  public static let standardFlawedShare = 0.1

  /// Whether the images are too unlike for chance.
  public var isFound: Bool { pValue <= Self.level }

  /// For `run.json`.
  package var record: JSONValue {
    .object([
      "images": .integer(images), "calibrationImages": .integer(calibrationImages),
      "beyondMedian": .integer(beyondMedian), "direction": .string(direction.rawValue),
      "pValue": .number(pValue), "flawedShare": .number(flawedShare), "found": .bool(isFound),
    ])
  }
}

extension Shift: CustomStringConvertible {
  /// What was found, without a full stop, such as `17 of 26 score above the median of 28 good ones, p = 0.003`.
  package var counts: String {
    let side = direction == .higher ? "above" : "below"
    let p = pValue < 1e-6 ? "p < 0.000001" : "p = \(Digits.significant(pValue, 2))"
    return
      "\(beyondMedian) of \(images) score \(side) the median of \(calibrationImages) good ones,"
      + " \(p)"
  }

  /// One line that says what was found and what it means.
  public var description: String {
    let good = flawedShare == 0 ? "the good ones among " : ""
    switch direction {
    case .higher:
      let doubt =
        flawedShare > 0
        ? "unless more than \(Digits.shortest(flawedShare * 100)) % of them are flawed, good"
        : "good"
      return "\(good)these images look unlike those calibrated on: \(counts);"
        + " \(doubt) images may alarm more often than promised"
    case .lower:
      return "\(good)these images look more ordinary than those calibrated on: \(counts);"
        + " fewer alarms come than promised, and faint flaws may pass"
    }
  }
}

/// Gathers the scores of images as they are judged.
struct ShiftCount {
  private var test: ShiftTest
  private var random = SeededRandom(seed: 0)
  /// Then the scores calibrated on are of models that know fewer images than the one that judges.
  private let isFolded: Bool

  /// Nil where there is nothing to compare with, or where the decision does not rest on the calibration.
  ///
  /// - Parameter flawedShare: see ``Shift/flawedShare``.
  init?(_ model: Model, flawedShare: Double) {
    guard case .falseAlarms(_, .calibrated, _, _) = model.decision else { return nil }
    self.init(model.calibration, model.scoreKind, flawedShare: flawedShare)
  }

  /// Nil where the calibration is one of an earlier version, which kept no scores.
  init?(_ calibration: Calibration, _ scoreKind: ScoreKind, flawedShare: Double = 0) {
    let test = ShiftTest(
      reference: calibration.goodScores(scoreKind), flawedShare: flawedShare, using: &random)
    guard let test else { return nil }
    self.test = test
    if case .folds = calibration.basis { isFolded = true } else { isFolded = false }
  }

  mutating func add(_ score: Float) { test.add(score, using: &random) }

  /// Nil without images, and where they score lower than those that were judged by folds, as new images should.
  var shift: Shift? {
    guard test.count > 0 else { return nil }
    let direction: Shift.Direction = test.direction == .higher ? .higher : .lower
    if isFolded && direction == .lower { return nil }
    return Shift(
      images: test.count, calibrationImages: test.referenceCount,
      beyondMedian: direction == .higher ? test.above : test.below, direction: direction,
      pValue: test.pValue, flawedShare: test.flawedShare)
  }
}
