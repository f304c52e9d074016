import Inspection
import Metrics

/// What an evaluation comes to in numbers: `metrics.json`, and the metrics of a benchmark's row.
///
/// ```swift
/// let area = evaluation.metrics[.imageAUROC]
/// ```
public struct EvaluationMetrics: Sendable, Equatable {
  /// By the id of the metric; nil where one is undefined.
  private var values: [String: Double?]
  /// By how much a metric of pixels can be wrong where they were counted in bins, by its id.
  public var pixelErrors: [String: Double] = [:]
  /// By falling level.
  public var falseAlarms: [FalseAlarmLevel] = []
  /// By the kind of defect.
  public var defects: [String: DefectMetrics] = [:]

  /// False alarms in good images at one level of the decision, expected and observed.
  public struct FalseAlarmLevel: Sendable, Equatable {
    /// False alarms that are expected in a good image.
    public var expected: Double
    /// False alarms observed in a good image on average, by the calibrated null distribution; nil without good images.
    public var calibrated: Double?
    /// The 95 % confidence interval of ``calibrated``: two numbers; nil without good images.
    public var interval: [Double]?
    /// The variance of the regions in a good image over their mean, at least 1.
    public var dispersion: Double?
    /// Regions in each good image that has some, by the image's name; nil in results of version 0.1.
    public var regions: [String: Int]?
    /// Share of good images with an alarm.
    public var alarmRate: Double?
    /// The 95 % confidence interval of ``alarmRate`` (Clopper and Pearson): two numbers; nil without good images.
    public var alarmInterval: [Double]?
    /// Share of defective images with an alarm.
    public var detectionRate: Double?
    /// As ``calibrated``, by the theoretical null distribution; nil where there is none.
    public var theoretical: Double?
    /// As ``detectionRate``, by the theoretical null distribution; nil where there is none.
    public var theoreticalDetectionRate: Double?
  }

  package init(_ values: [Metric: Double?] = [:]) {
    self.values = Dictionary(uniqueKeysWithValues: values.map { ($0.key.id, $0.value) })
  }

  /// Nil where the metric is undefined, or not there.
  public subscript(metric: Metric) -> Double? { values[metric.id] ?? nil }

  /// Known metrics in the order of ``Metric/all``, then those of other versions by name.
  public var metrics: [Metric] { Self.ordered(values.keys) }

  static func ordered(_ ids: some Sequence<String>) -> [Metric] {
    let ids = Set(ids)
    return Metric.all.filter { ids.contains($0.id) }
      + ids.subtracting(Metric.all.map(\.id)).sorted().map(Metric.named)
  }

  /// All numbers with the names of their columns: `imageAUROC`, `defects.scratch.detectionRate`, and
  /// `falseAlarms.0.1.calibrated` for the level at which 0.1 are expected. A metric that is undefined has a column too.
  package var columns: [(name: String, value: Double?)] {
    var columns = metrics.map { (name: $0.id, value: self[$0]) }
    for (id, error) in pixelErrors.sorted(by: { $0.key < $1.key }) {
      columns.append(("pixelErrors.\(id)", error))
    }
    for level in falseAlarms {
      let prefix = "falseAlarms.\(level.expected)."
      columns += level.numbers.map { (prefix + $0.name, $0.value) }
    }
    for (kind, metrics) in defects.sorted(by: { $0.key < $1.key }) {
      columns += metrics.numbers.map { ("defects.\(kind).\($0.name)", $0.value) }
    }
    return columns
  }
}

extension EvaluationMetrics.FalseAlarmLevel {
  /// Whether no more than ``expected`` regions are marked in a good image; nil without good images.
  public var regionVerdict: PromiseVerdict? { verdict(interval) }
  /// Whether no more than that share of the good images raises an alarm; nil without good images, and from 1 on, where that
  /// promises nothing.
  public var imageVerdict: PromiseVerdict? { expected < 1 ? verdict(alarmInterval) : nil }

  private func verdict(_ interval: [Double]?) -> PromiseVerdict? {
    guard let interval, interval.count == 2, expected > 0, interval[0] <= interval[1] else {
      return nil
    }
    return PromiseVerdict(promise: expected, lower: interval[0], upper: interval[1])
  }

  fileprivate var numbers: [(name: String, value: Double?)] {
    [
      ("expected", expected), ("calibrated", calibrated), ("interval.0", interval?.first),
      ("interval.1", interval?.last), ("dispersion", dispersion), ("alarmRate", alarmRate),
      ("alarmInterval.0", alarmInterval?.first), ("alarmInterval.1", alarmInterval?.last),
      ("detectionRate", detectionRate), ("theoretical", theoretical),
      ("theoreticalDetectionRate", theoreticalDetectionRate),
    ]
  }
}

// MARK: - JSON

extension EvaluationMetrics: Codable {
  /// Metrics are members of the object itself.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static let pixelErrors = Key(stringValue: "pixelErrors")
    static let falseAlarms = Key(stringValue: "falseAlarms")
    static let defects = Key(stringValue: "defects")
  }

  /// Members that are no numbers, as another version may have, are left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    pixelErrors = try container.decodeIfPresent([String: Double].self, forKey: .pixelErrors) ?? [:]
    falseAlarms = try container.decodeIfPresent([FalseAlarmLevel].self, forKey: .falseAlarms) ?? []
    defects = try container.decodeIfPresent([String: DefectMetrics].self, forKey: .defects) ?? [:]
    values = [:]
    for key in container.allKeys {
      if try container.decodeNil(forKey: key) {
        values[key.stringValue] = .some(nil)
      } else if let value = try? container.decode(Double.self, forKey: key) {
        values[key.stringValue] = value
      }
    }
  }

  /// An undefined metric is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (id, value) in values {
      try container.encode(value, forKey: Key(stringValue: id))
    }
    try container.encode(pixelErrors, forKey: .pixelErrors)
    try container.encode(falseAlarms, forKey: .falseAlarms)
    try container.encode(defects, forKey: .defects)
  }
}

extension EvaluationMetrics.FalseAlarmLevel: Codable {
  private enum CodingKeys: String, CodingKey {
    case expected, calibrated, interval, dispersion, regions, alarmRate, alarmInterval
    case detectionRate, theoretical, theoreticalDetectionRate
    /// Written for people; what was read follows from the intervals.
    case regionVerdict, imageVerdict
    /// What version 0.1 called ``expected``.
    case promised
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let number = { (key: CodingKeys) in try container.decodeIfPresent(Double.self, forKey: key) }
    expected = try number(.expected) ?? container.decode(Double.self, forKey: .promised)
    calibrated = try number(.calibrated)
    interval = try container.decodeIfPresent([Double].self, forKey: .interval)
    dispersion = try number(.dispersion)
    regions = try container.decodeIfPresent([String: Int].self, forKey: .regions)
    alarmRate = try number(.alarmRate)
    alarmInterval = try container.decodeIfPresent([Double].self, forKey: .alarmInterval)
    detectionRate = try number(.detectionRate)
    theoretical = try number(.theoretical)
    theoreticalDetectionRate = try number(.theoreticalDetectionRate)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(expected, forKey: .expected)
    try container.encode(calibrated, forKey: .calibrated)
    try container.encode(interval, forKey: .interval)
    try container.encode(dispersion, forKey: .dispersion)
    try container.encode(regionVerdict, forKey: .regionVerdict)
    try container.encode(regions, forKey: .regions)
    try container.encode(alarmRate, forKey: .alarmRate)
    try container.encode(alarmInterval, forKey: .alarmInterval)
    try container.encode(imageVerdict, forKey: .imageVerdict)
    try container.encode(detectionRate, forKey: .detectionRate)
    try container.encode(theoretical, forKey: .theoretical)
    try container.encode(theoreticalDetectionRate, forKey: .theoreticalDetectionRate)
  }
}

/// How one kind of defect is detected: its images against all good ones.
public struct DefectMetrics: Codable, Sendable, Equatable {
  /// Test images of the kind.
  public var images: Int
  /// Share of them with an alarm.
  public var detectionRate: Double
  /// Against all good images.
  public var imageAUROC: Double?
  /// Nil where its images have no masks, or pixels were counted in bins.
  public var pixelAUROC: Double?
  public var aupro: Double?
  /// The mean over its images, thresholds set on all good images.
  public var aupimo: Double?
  /// Mean intersection over union of its images, by the model's decision; nil where they have no masks.
  public var mIoU: Double?

  fileprivate var numbers: [(name: String, value: Double?)] {
    [
      ("images", Double(images)), ("detectionRate", detectionRate), ("imageAUROC", imageAUROC),
      ("pixelAUROC", pixelAUROC), ("aupro", aupro), ("aupimo", aupimo), ("mIoU", mIoU),
    ]
  }

  /// Every key is there, with null where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(images, forKey: .images)
    try container.encode(detectionRate, forKey: .detectionRate)
    try container.encode(imageAUROC, forKey: .imageAUROC)
    try container.encode(pixelAUROC, forKey: .pixelAUROC)
    try container.encode(aupro, forKey: .aupro)
    try container.encode(aupimo, forKey: .aupimo)
    try container.encode(mIoU, forKey: .mIoU)
  }
}

// MARK: - From an evaluation

extension Evaluation {
  /// What ``Metric/all`` gives, and what does not fit into a single number.
  public var metrics: EvaluationMetrics {
    var metrics = EvaluationMetrics(
      Dictionary(uniqueKeysWithValues: Metric.all.map { ($0, $0.value(self)) }))
    metrics.pixelErrors = pixels.errors
    metrics.falseAlarms = falseAlarms.map(\.level)
    metrics.defects = defects
    return metrics
  }
}

extension FalseAlarmCount {
  fileprivate var level: EvaluationMetrics.FalseAlarmLevel {
    let counts = calibrated.counts
    let (regions, alarms) = (counts?.perImage, counts?.alarmRate)
    return .init(
      expected: expected, calibrated: regions?.rate,
      interval: regions.map { [$0.lower, $0.upper] }, dispersion: counts?.dispersion,
      regions: counts == nil ? nil : calibrated.regionsByImage, alarmRate: alarms?.rate,
      alarmInterval: alarms.map { [$0.lower, $0.upper] }, detectionRate: calibrated.detectionRate,
      theoretical: theoretical?.counts?.perImage.rate,
      theoreticalDetectionRate: theoretical?.detectionRate)
  }
}
