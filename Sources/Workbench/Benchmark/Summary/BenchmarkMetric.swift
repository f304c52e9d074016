import Inspection

/// A figure of an evaluation, as a benchmark's tables show it.
struct BenchmarkMetric: Hashable {
  /// Its name in ``Evaluation/metrics``.
  let key: String
  let title: String
  var unit = Report.Figure.Unit.ratio
  /// Whether it stands in the first table.
  var isHeadline = false

  /// Those that have a name of their own, in the order of the tables.
  static let known = [
    BenchmarkMetric(key: "imageAUROC", title: "image AUROC", isHeadline: true),
    BenchmarkMetric(key: "pixelAUROC", title: "pixel AUROC", isHeadline: true),
    BenchmarkMetric(key: "aupro", title: "AUPRO", isHeadline: true),
    BenchmarkMetric(key: "mIoU", title: "mIoU", isHeadline: true),
    BenchmarkMetric(key: "detectionRate", title: "detection rate", isHeadline: true),
    BenchmarkMetric(key: "falseAlarmRate", title: "false alarm rate", isHeadline: true),
    BenchmarkMetric(
      key: "falseAlarmRegionsPerImage", title: "false alarms per image", isHeadline: true),
    BenchmarkMetric(
      key: "millisecondsPerImage", title: "time per image", unit: .milliseconds, isHeadline: true),
    BenchmarkMetric(key: "imageAP", title: "image AP"),
    BenchmarkMetric(key: "imageAUPR", title: "image AUPR"),
    BenchmarkMetric(key: "imageF1Max", title: "image F1-max"),
    BenchmarkMetric(key: "pixelAP", title: "pixel AP"),
    BenchmarkMetric(key: "pixelAUPR", title: "pixel AUPR"),
    BenchmarkMetric(key: "pixelF1Max", title: "pixel F1-max"),
    BenchmarkMetric(key: "aupro05", title: "AUPRO at 5 %"),
    BenchmarkMetric(key: "mIoUOnDefective", title: "mIoU of defective images"),
    BenchmarkMetric(key: "mIoUFair", title: "mIoU fair"),
    BenchmarkMetric(key: "mIoUAtOne", title: "mIoU at one false alarm"),
    BenchmarkMetric(key: "mIoUOracle", title: "mIoU oracle"),
    BenchmarkMetric(
      key: "mIoUOracleFalseAlarms", title: "false alarms of the mIoU oracle", unit: .score),
    BenchmarkMetric(key: "mIoUTheoreticalAtOne", title: "mIoU at NFA 1, theoretical law"),
    BenchmarkMetric(key: "mIoUTheoreticalOracle", title: "mIoU oracle, theoretical law"),
    BenchmarkMetric(
      key: "imageF1MaxThreshold", title: "threshold of the image F1-max", unit: .score),
    BenchmarkMetric(
      key: "pixelF1MaxThreshold", title: "threshold of the pixel F1-max", unit: .score),
    BenchmarkMetric(key: "falseAlarmPixelsPerImage", title: "false alarm pixels per image"),
  ]

  /// Counts tell what figures rest on; they are no figures.
  private static let counts: Set = ["goodImages", "defectiveImages", "failedImages"]

  /// Every figure that some of the evaluations have, those without a name of their own last.
  static func all(in evaluations: [JSONValue]) -> [BenchmarkMetric] {
    var keys = Set(
      evaluations.flatMap { $0.members.filter { $1.isNumberOrNull }.map(\.key) })
    keys.subtract(counts)
    let named = known.filter { keys.remove($0.key) != nil }
    return named + keys.sorted().map { BenchmarkMetric(key: $0, title: $0) }
  }

  /// The number with sensible digits and its unit.
  func text(_ value: Double?) -> String { Report.Figure(title, value, unit: unit).text }
}

extension JSONValue {
  /// Nil for what is no number.
  var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  fileprivate var isNumberOrNull: Bool { self == .null || asNumber != nil }
}
