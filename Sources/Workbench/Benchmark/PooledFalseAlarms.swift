import Inspection
import Metrics

/// False alarms on good test images, expected and observed, at one level of the decision, over seeds.
package struct PooledFalseAlarms: Equatable, Sendable {
  /// Expected false alarms in a good image; below 1 also what the share of good images with an alarm should not exceed.
  package let expected: Double
  /// Good test images, the same for every seed.
  package private(set) var goodImages = 0
  /// Of each seed, what was found with the null distribution that is learned from good images.
  private var levels: [EvaluationMetrics.FalseAlarmLevel] = []
  private var haveSameImages = true

  /// Regions in a good image, as a mean over seeds.
  package var perImage: Double? { levels.compactMap(\.calibrated).mean }
  /// Share of good images with an alarm, as a mean over seeds.
  package var alarmRate: Double? { levels.compactMap(\.alarmRate).mean }
  /// Share of good images with an alarm in the seeds where it is least and where it is most.
  package var alarmRange: ClosedRange<Double>? {
    SampleStatistic(levels.compactMap(\.alarmRate)).range
  }
  /// Share of defective images that are detected, as a mean over seeds.
  package var detectionRate: Double? { levels.compactMap(\.detectionRate).mean }
  /// As ``perImage``, with the null distribution that theory gives.
  package var theoretical: Double? { levels.compactMap(\.theoretical).mean }
  /// As ``detectionRate``, with the null distribution that theory gives.
  package var theoreticalDetectionRate: Double? {
    levels.compactMap(\.theoreticalDetectionRate).mean
  }

  /// What all seeds counted, image by image: the test images are the same for every seed, and are the clusters of
  /// ``RepeatedCounts``. Nil where a row does not say in which images it found regions, as those of version 0.1, or where the images
  /// differ.
  private var counts: RepeatedCounts? {
    let regions = levels.compactMap(\.regions)
    return regions.count == levels.count && haveSameImages
      ? RepeatedCounts(regions, images: goodImages) : nil
  }

  /// The rates that agree with what was observed, by image clusters.
  package var interval: PoissonInterval? { counts?.perImage }
  /// The same of the share of good images with an alarm.
  package var alarmInterval: BinomialInterval? { counts?.alarmRate }

  /// Whether no more regions than promised are marked in a good image.
  package var regionVerdict: PromiseVerdict? {
    interval.map { PromiseVerdict(promise: expected, lower: $0.lower, upper: $0.upper) }
  }
  /// Whether no larger share of good images than promised raises an alarm; nil from 1 on, where that promises nothing.
  package var imageVerdict: PromiseVerdict? {
    guard expected < 1 else { return nil }
    return alarmInterval.map {
      PromiseVerdict(promise: expected, lower: $0.lower, upper: $0.upper)
    }
  }

  /// The counts in rows of one data set, by falling level.
  static func pooled(_ rows: [BenchmarkRow]) -> [PooledFalseAlarms] {
    var counts: [Double: PooledFalseAlarms] = [:]
    for row in rows {
      guard let metrics = row.metrics, let good = metrics[.goodImages] else { continue }
      for level in metrics.falseAlarms where level.expected > 0 {
        counts[level.expected, default: PooledFalseAlarms(expected: level.expected)]
          .add(level, goodImages: Int(good))
      }
    }
    return counts.values.sorted { $0.expected > $1.expected }
  }

  private init(expected: Double) { self.expected = expected }

  private mutating func add(_ level: EvaluationMetrics.FalseAlarmLevel, goodImages: Int) {
    guard level.calibrated != nil || level.theoretical != nil else { return }
    if !levels.isEmpty, goodImages != self.goodImages { haveSameImages = false }
    self.goodImages = goodImages
    levels.append(level)
  }
}

extension [Double] {
  fileprivate var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
