import AContrario
import Foundation
import Inspection
import Metrics

/// How many false alarms there were in good test images at one level of the decision, and what it detects in defective
/// ones.
package struct FalseAlarmCount: Sendable {
  /// Levels that are looked at, in false alarms an image.
  private static let levels = [10, 1, 0.2, 0.1, 0.05, 0.01]

  /// A count for each level that is looked at, and for the one that `decision` promises, by falling level.
  static func counts(for decision: Decision) -> [FalseAlarmCount] {
    var levels = Set(Self.levels)
    if let limits = decision.limits {
      levels.formUnion([limits.alarm, limits.warning].compactMap(\.self))
    }
    return levels.sorted(by: >).map(FalseAlarmCount.init)
  }

  /// False alarms in a good image: the probability that it alarms, and the expected number of its regions.
  package let expected: Double
  package private(set) var calibrated = Observed()
  /// Corrected where the decision is; nil where theory gives no null distribution.
  package private(set) var theoretical: Observed?

  /// What was observed with one null distribution.
  package struct Observed: Sendable {
    package private(set) var goodImages = 0
    /// Connected regions in each good image that has some, by its name.
    package private(set) var regionsByImage: [String: Int] = [:]
    package private(set) var defectiveImages = 0
    package private(set) var detectedImages = 0

    /// Connected regions in good images.
    package var regions: Int { regionsByImage.values.reduce(0, +) }
    /// What they say of the rates behind them; nil without good images.
    package var counts: RepeatedCounts? { RepeatedCounts([regionsByImage], images: goodImages) }
    package var detectionRate: Double? {
      defectiveImages > 0 ? Double(detectedImages) / Double(defectiveImages) : nil
    }

    mutating func add(
      _ judged: ImageJudgement, limit: Double, name: String, isDefective: Bool
    ) throws {
      let isAlarm = judged.isWithin(limit)
      guard !isDefective else {
        defectiveImages += 1
        detectedImages += isAlarm ? 1 : 0
        return
      }
      goodImages += 1
      guard isAlarm else { return }
      let plane = judged.map.log10FalseAlarms
      let components = try ConnectedComponents(
        mask: judged.map.mask(log10Epsilon: judged.regionLimit(limit)), width: plane.width,
        height: plane.height)
      // An image that alarms as a whole counts, too.
      regionsByImage[name] = max(components.areas.count, 1)
    }
  }

  private init(expected: Double) { self.expected = expected }

  /// - Parameter name: of the image, unlike that of every other.
  mutating func add(_ image: JudgementsByNull, name: String, isDefective: Bool) throws {
    try calibrated.add(image.calibrated, limit: expected, name: name, isDefective: isDefective)
    if let judged = image.theoretical {
      var observed = theoretical ?? Observed()
      try observed.add(judged, limit: expected, name: name, isDefective: isDefective)
      theoretical = observed
    }
  }
}

/// What an image comes with under every null distribution that is known.
struct JudgementsByNull {
  let calibrated: ImageJudgement
  /// Nil where no theory knows the law of the detector's evidence.
  let theoretical: ImageJudgement?

  init(_ prediction: Prediction, _ model: Model) throws {
    func judged(_ null: Decision.NullDistribution) throws -> ImageJudgement {
      let isKnown: Bool
      var confidence: Double?
      if case .falseAlarms(_, null, let given, _) = prediction.decision {
        (isKnown, confidence) = (true, given)
      } else {
        isKnown = false
      }
      return try ImageJudgement(
        prediction.raw, model.calibration, model.scoreKind, null: null, confidence: confidence,
        map: isKnown ? prediction.falseAlarms : nil)
    }
    calibrated = try judged(.calibrated)
    let isCorrected =
      if case .falseAlarms(_, .corrected, _, _) = prediction.decision { true } else { false }
    theoretical =
      prediction.raw.hasTheory ? try judged(isCorrected ? .corrected : .theoretical) : nil
  }
}

extension FalseAlarmMap {
  /// -log10 of the false alarms: higher is more anomalous.
  var negatives: [Float] { log10FalseAlarms.values.map { Float(-$0) } }
}
