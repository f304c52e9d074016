import Inspection
import Metrics

/// False alarms on good test images, promised and found, at one level of the decision, over seeds.
struct PooledFalseAlarms: Equatable {
  /// Expected false alarms in a good image.
  let promised: Double
  /// With the law that is learnt from good images.
  private(set) var calibrated = Pool()
  /// With the law that theory gives.
  private(set) var theoretical = Pool()
  /// Good images that the calibrated laws of all seeds were learnt from.
  private(set) var calibrationImages = 0

  /// Means over seeds.
  struct Pool: Equatable {
    /// Regions in a good image, for each seed.
    private(set) var found: [Double] = []
    /// Share of good images with some, for each seed.
    private(set) var alarmed: [Double] = []
    /// Share of defective images that are detected, for each seed.
    private(set) var detected: [Double] = []
    private(set) var goodImages = 0
    /// The variance of the regions in an image over their mean, for each seed.
    private var dispersions: [Double] = []

    var perImage: Double? { found.mean }
    var alarmRate: Double? { alarmed.mean }
    var detectionRate: Double? { detected.mean }

    var dispersion: Double { dispersions.mean ?? 1 }

    /// The rates that agree with what was found. Seeds share the test images, so they count as one.
    var interval: PoissonInterval? {
      perImage.map {
        PoissonInterval(
          count: $0 * Double(goodImages), exposure: Double(goodImages), dispersion: dispersion)
      }
    }
    /// The same of the share of good images with an alarm.
    var alarmInterval: BinomialInterval? {
      alarmRate.map {
        BinomialInterval(
          successes: Int(($0 * Double(goodImages)).rounded()), trials: goodImages)
      }
    }

    mutating func add(
      _ found: Double?, dispersion: Double?, alarmed: Double?, detected: Double?, goodImages: Int
    ) {
      guard let found else { return }
      if let dispersion { dispersions.append(dispersion) }
      self.found.append(found)
      self.goodImages = goodImages
      if let alarmed { self.alarmed.append(alarmed) }
      if let detected { self.detected.append(detected) }
    }
  }

  /// Whether what the calibrated law found is no more than chance allows.
  var isKept: Bool? {
    guard let found = calibrated.perImage, calibrationImages > 0 else { return nil }
    let images = Double(calibrated.goodImages)
    return PromiseTest(
      rate: promised, learntFrom: Double(calibrationImages), count: found * images,
      exposure: images, dispersion: calibrated.dispersion
    ).isKept
  }

  /// The counts in rows of one data set, by what was promised.
  static func pooled(_ rows: [BenchmarkRow]) -> [PooledFalseAlarms] {
    var counts: [Double: PooledFalseAlarms] = [:]
    for row in rows {
      let members = row.metrics.members
      guard case .array(let levels)? = members["falseAlarms"],
        let good = members["goodImages"]?.asNumber
      else { continue }
      for level in levels.map(\.members) {
        guard let promised = level["promised"]?.asNumber else { continue }
        var count = counts[promised] ?? PooledFalseAlarms(promised: promised)
        count.calibrated.add(
          level["calibrated"]?.asNumber, dispersion: level["dispersion"]?.asNumber,
          alarmed: level["alarmRate"]?.asNumber,
          detected: level["detectionRate"]?.asNumber, goodImages: Int(good))
        count.theoretical.add(
          level["theoretical"]?.asNumber, dispersion: nil, alarmed: nil,
          detected: level["theoreticalDetectionRate"]?.asNumber, goodImages: Int(good))
        count.calibrationImages += row.calibrationImages ?? 0
        counts[promised] = count
      }
    }
    return counts.values.sorted { $0.promised > $1.promised }
  }

  private init(promised: Double) { self.promised = promised }
}

extension [Double] {
  fileprivate var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
