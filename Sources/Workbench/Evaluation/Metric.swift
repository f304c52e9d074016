/// What a key of `metrics.json` stands for, and which way is better.
struct Metric: Hashable {
  enum Preference: String {
    case higher, lower
    /// A count, or something of which nothing is known.
    case neither
  }

  let key: String
  let name: String
  let unit: Report.Figure.Unit
  let better: Preference
  let meaning: String
  /// Whether a person should see it first.
  let isHeadline: Bool

  private init(
    _ key: String, _ name: String, _ better: Preference, _ meaning: String,
    unit: Report.Figure.Unit = .ratio, isHeadline: Bool = false
  ) {
    self.key = key
    self.name = name
    self.unit = unit
    self.better = better
    self.meaning = meaning
    self.isHeadline = isHeadline
  }

  private static func headline(
    _ key: String, _ name: String, _ better: Preference, _ meaning: String,
    unit: Report.Figure.Unit = .ratio
  ) -> Metric {
    Metric(key, name, better, meaning, unit: unit, isHeadline: true)
  }

  /// The metric of a key; one that is not known stands for itself.
  static func of(_ key: String) -> Metric {
    known.first { $0.key == key } ?? Metric(key, key, .neither, "", unit: .score)
  }

  /// Known keys in the order that a person reads them, then the others by name.
  static func ordered(_ keys: some Collection<String>) -> [Metric] {
    let names = Set(known.map(\.key))
    return known.filter { keys.contains($0.key) }
      + keys.filter { !names.contains($0) }.sorted().map(of)
  }

  func figure(_ value: Double?) -> Report.Figure {
    Report.Figure(name, value, unit: unit, meaning: meaning)
  }

  /// The number with sensible digits and its unit.
  func text(_ value: Double?) -> String { figure(value).text }

  /// Headlines first.
  static let known = [
    headline("imageAUROC", "image AUROC", .higher, "defective images score above good ones"),
    headline("pixelAUROC", "pixel AUROC", .higher, "defective pixels score above good ones"),
    headline("aupro", "AUPRO", .higher, "defects are covered, up to 30 % false positive pixels"),
    headline("mIoU", "mIoU", .higher, "masks agree with the defects, image by image"),
    headline("detectionRate", "detection rate", .higher, "defective images that raise an alarm"),
    headline("falseAlarmRate", "false alarm rate", .lower, "good images that raise an alarm"),
    headline(
      "falseAlarmRegionsPerImage", "false alarms per image", .lower,
      "regions marked in a good image, on average"),
    headline(
      "millisecondsPerImage", "time per image", .lower, "without reading and writing files",
      unit: .milliseconds),
    Metric("imageAP", "image AP", .higher, "precision over all detection rates of images"),
    Metric("imageAUPR", "image AUPR", .higher, "area under precision over detection rate"),
    Metric("imageF1Max", "image F1-max", .higher, "F1 of images at the best threshold"),
    Metric(
      "imageF1MaxThreshold", "threshold of the image F1-max", .neither, "where it is reached",
      unit: .score),
    Metric("pixelAP", "pixel AP", .higher, "precision over all detection rates of pixels"),
    Metric("pixelAUPR", "pixel AUPR", .higher, "area under precision over detection rate"),
    Metric("pixelF1Max", "pixel F1-max", .higher, "F1 of pixels at the best threshold"),
    Metric(
      "pixelF1MaxThreshold", "threshold of the pixel F1-max", .neither, "where it is reached",
      unit: .score),
    Metric(
      "aupro05", "AUPRO at 5 %", .higher, "defects are covered, up to 5 % false positive pixels"),
    Metric(
      "mIoUOnDefective", "mIoU of defective images", .higher, "the mIoU without the good images"),
    Metric("mIoUFair", "mIoU fair", .higher, "the mIoU at a threshold set on good images"),
    Metric(
      "mIoUAtOne", "mIoU at one false alarm", .higher, "the mIoU at one false alarm an image"),
    Metric(
      "mIoUOracle", "mIoU oracle", .higher, "the mIoU at the level that suits the test best"),
    Metric(
      "mIoUOracleFalseAlarms", "false alarms of the mIoU oracle", .neither,
      "the level that suits the test best", unit: .score),
    Metric(
      "mIoUTheoreticalAtOne", "mIoU at NFA 1, theoretical law", .higher,
      "the mIoU at one false alarm an image, by the law of the method"),
    Metric(
      "mIoUTheoreticalOracle", "mIoU oracle, theoretical law", .higher,
      "the mIoU at the level that suits the test best, by the law of the method"),
    Metric(
      "falseAlarmPixelsPerImage", "false alarm pixels per image", .lower,
      "pixels marked in a good image, on average"),
    Metric("goodImages", "good images", .neither, "", unit: .count),
    Metric("defectiveImages", "defective images", .neither, "", unit: .count),
    Metric(
      "maskedImages", "defective images with a mask", .neither,
      "those that are measured pixel by pixel", unit: .count),
    Metric(
      "failedImages", "failed images", .lower, "images that could not be judged", unit: .count),
  ]
}
