import AContrario
import Foundation
import Inspection
import Metrics

/// How many false alarms there were in good test images at one level of the decision, and what it detects in defective
/// ones.
package struct FalseAlarmCount: Sendable {
  /// Levels that are looked at, in false alarms an image.
  static let levels = [10, 1, 0.1, 0.01]

  /// False alarms in a good image.
  package let expected: Double
  package private(set) var calibrated = Observed()
  /// Nil where theory gives no null distribution.
  package private(set) var theoretical: Observed?

  /// What was observed with one null distribution.
  package struct Observed: Sendable {
    package private(set) var goodImages = 0
    /// Connected regions in good images.
    package private(set) var regions = 0
    private var squaredRegions = 0
    package private(set) var alarmedImages = 0
    package private(set) var defectiveImages = 0
    package private(set) var detectedImages = 0

    /// False alarms an image, with the interval in which 95 % of true rates would lie; nil without good images.
    package var perImage: PoissonInterval? {
      goodImages > 0
        ? PoissonInterval(
          count: Double(regions), exposure: Double(goodImages), dispersion: dispersion) : nil
    }
    /// The variance of the regions in a good image over their mean, at least 1: above it, they come in clusters.
    package var dispersion: Double {
      guard goodImages > 1, regions > 0 else { return 1 }
      let (images, regions) = (Double(goodImages), Double(regions))
      let variance = (Double(squaredRegions) - regions * regions / images) / (images - 1)
      return max(1, variance / (regions / images))
    }
    package var detectionRate: Double? {
      defectiveImages > 0 ? Double(detectedImages) / Double(defectiveImages) : nil
    }
    /// Share of good images with an alarm.
    package var alarmRate: Double? {
      goodImages > 0 ? Double(alarmedImages) / Double(goodImages) : nil
    }

    /// Whether what was observed is no more than chance allows; nil without good images.
    ///
    /// - Parameter images: those that the null distribution was learned from; nil where theory gives it.
    package func isConsistent(with expected: Double, learntFrom images: Int?) -> Bool? {
      guard goodImages > 0 else { return nil }
      return PoissonRateTest(
        rate: expected, learntFrom: images.map(Double.init), count: Double(regions),
        exposure: Double(goodImages), dispersion: dispersion
      ).isConsistent
    }

    mutating func add(_ map: FalseAlarmMap, limit: Double, isDefective: Bool) throws {
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
      regions += count
      squaredRegions += count * count
      if count > 0 { alarmedImages += 1 }
    }
  }

  init(expected: Double) { self.expected = expected }

  mutating func add(_ maps: FalseAlarmMaps, isDefective: Bool) throws {
    let limit = log10(expected)
    try calibrated.add(maps.calibrated, limit: limit, isDefective: isDefective)
    if let map = maps.theoretical {
      var observed = theoretical ?? Observed()
      try observed.add(map, limit: limit, isDefective: isDefective)
      theoretical = observed
    }
  }
}

/// The false alarms that come with each pixel of an image, by every null distribution that is known.
struct FalseAlarmMaps {
  let calibrated: FalseAlarmMap
  /// Nil where the detector's evidence has none but the one that is learned.
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
    theoretical =
      raw.scales.contains { $0.null == .empirical } ? nil : try map(.theoretical)
  }
}

extension FalseAlarmMap {
  /// -log10 of the false alarms: higher is more anomalous.
  var negatives: [Float] { log10FalseAlarms.values.map { Float(-$0) } }
}
