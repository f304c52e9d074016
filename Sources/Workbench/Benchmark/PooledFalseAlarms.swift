import Inspection
import Metrics

/// False alarms on good test images, expected and observed, at one level of the decision, over seeds.
package struct PooledFalseAlarms: Equatable, Sendable {
  /// Expected false alarms in a good image.
  package let expected: Double
  /// With the null distribution that is learned from good images.
  package private(set) var calibrated = Pool()
  /// With the one that theory gives.
  package private(set) var theoretical = Pool()
  /// Good images that the calibrated null distributions of all seeds were learned from.
  package private(set) var calibrationImages = 0

  /// Means over seeds.
  package struct Pool: Equatable, Sendable {
    /// Regions in a good image, for each seed.
    private var observed: [Double] = []
    /// Share of good images with some, for each seed.
    private var alarmed: [Double] = []
    /// Share of defective images that are detected, for each seed.
    private var detected: [Double] = []
    package private(set) var goodImages = 0
    /// The variance of the regions in an image over their mean, for each seed.
    private var dispersions: [Double] = []

    package var perImage: Double? { observed.mean }
    package var alarmRate: Double? { alarmed.mean }
    package var detectionRate: Double? { detected.mean }

    fileprivate var dispersion: Double { dispersions.mean ?? 1 }

    /// The rates that agree with what was observed. Seeds share the test images, so they count as one.
    package var interval: PoissonInterval? {
      perImage.map {
        PoissonInterval(
          count: $0 * Double(goodImages), exposure: Double(goodImages), dispersion: dispersion)
      }
    }
    /// The same of the share of good images with an alarm.
    package var alarmInterval: BinomialInterval? {
      alarmRate.map {
        BinomialInterval(
          successes: Int(($0 * Double(goodImages)).rounded()), trials: goodImages)
      }
    }

    mutating func add(
      _ observed: Double?, dispersion: Double?, alarmed: Double?, detected: Double?, goodImages: Int
    ) {
      guard let observed else { return }
      if let dispersion { dispersions.append(dispersion) }
      self.observed.append(observed)
      self.goodImages = goodImages
      if let alarmed { self.alarmed.append(alarmed) }
      if let detected { self.detected.append(detected) }
    }
  }

  /// Whether what was observed with the calibrated null distribution is no more than chance allows.
  package var isConsistent: Bool? {
    guard let observed = calibrated.perImage, calibrationImages > 0 else { return nil }
    let images = Double(calibrated.goodImages)
    return PoissonRateTest(
      rate: expected, learntFrom: Double(calibrationImages), count: observed * images,
      exposure: images, dispersion: calibrated.dispersion
    ).isConsistent
  }

  /// The counts in rows of one data set, by falling level.
  static func pooled(_ rows: [BenchmarkRow]) -> [PooledFalseAlarms] {
    var counts: [Double: PooledFalseAlarms] = [:]
    for row in rows {
      guard let metrics = row.metrics, let good = metrics[.goodImages] else { continue }
      for level in metrics.falseAlarms {
        var count = counts[level.expected] ?? PooledFalseAlarms(expected: level.expected)
        count.calibrated.add(
          level.calibrated, dispersion: level.dispersion, alarmed: level.alarmRate,
          detected: level.detectionRate, goodImages: Int(good))
        count.theoretical.add(
          level.theoretical, dispersion: nil, alarmed: nil,
          detected: level.theoreticalDetectionRate, goodImages: Int(good))
        count.calibrationImages += row.calibrationImages ?? 0
        counts[level.expected] = count
      }
    }
    return counts.values.sorted { $0.expected > $1.expected }
  }

  private init(expected: Double) { self.expected = expected }
}

extension [Double] {
  fileprivate var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
