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
    if case .falseAlarms(let perImage, _) = decision { levels.insert(perImage) }
    return levels.sorted(by: >).map(FalseAlarmCount.init)
  }

  /// False alarms in a good image. As an expected number of regions it bounds the probability of an alarm, too (Markov's
  /// inequality): below 1 it promises both.
  package let expected: Double
  package private(set) var calibrated = Observed()
  /// Nil where theory gives no null distribution.
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
      _ map: FalseAlarmMap, limit: Double, name: String, isDefective: Bool
    ) throws {
      let plane = map.log10FalseAlarms
      guard !isDefective else {
        defectiveImages += 1
        if plane.values.contains(where: { $0 < limit }) { detectedImages += 1 }
        return
      }
      let components = try ConnectedComponents(
        mask: map.mask(log10Epsilon: limit), width: plane.width, height: plane.height)
      goodImages += 1
      let count = components.areas.count
      if count > 0 { regionsByImage[name, default: 0] += count }
    }
  }

  private init(expected: Double) { self.expected = expected }

  /// - Parameter name: of the image, unlike that of every other.
  mutating func add(_ maps: FalseAlarmMaps, name: String, isDefective: Bool) throws {
    let limit = log10(expected)
    try calibrated.add(maps.calibrated, limit: limit, name: name, isDefective: isDefective)
    if let map = maps.theoretical {
      var observed = theoretical ?? Observed()
      try observed.add(map, limit: limit, name: name, isDefective: isDefective)
      theoretical = observed
    }
  }
}

/// The false alarms that come with each pixel of an image, by every null distribution that is known.
struct FalseAlarmMaps {
  let calibrated: FalseAlarmMap
  /// Nil where no theory knows the law of the detector's evidence.
  let theoretical: FalseAlarmMap?

  init(_ prediction: Prediction, _ calibration: Calibration) throws {
    let raw = prediction.raw
    func map(_ null: Decision.NullDistribution) throws -> FalseAlarmMap {
      if case .falseAlarms(_, null) = prediction.decision, let map = prediction.falseAlarms {
        return map
      }
      return try calibration.falseAlarms(raw, null: null)
    }
    calibrated = try map(.calibrated)
    theoretical = raw.hasTheory ? try map(.theoretical) : nil
  }
}

extension FalseAlarmMap {
  /// -log10 of the false alarms: higher is more anomalous.
  var negatives: [Float] { log10FalseAlarms.values.map { Float(-$0) } }
}
