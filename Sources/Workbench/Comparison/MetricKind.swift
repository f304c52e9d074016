/// What a key of `metrics.json` stands for, and which way is better.
struct MetricKind {
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

  private init(
    _ key: String, _ name: String, _ better: Preference, _ meaning: String,
    unit: Report.Figure.Unit = .ratio
  ) {
    self.key = key
    self.name = name
    self.unit = unit
    self.better = better
    self.meaning = meaning
  }

  /// The kind of a key; one that is not known stands for itself.
  static func of(_ key: String) -> MetricKind {
    known.first { $0.key == key } ?? MetricKind(key, key, .neither, "", unit: .score)
  }

  /// Known keys in the order that a person reads them, then the others by name.
  static func ordered(_ keys: some Collection<String>) -> [MetricKind] {
    let names = Set(known.map(\.key))
    return known.filter { keys.contains($0.key) }
      + keys.filter { !names.contains($0) }.sorted().map(of)
  }

  private static let known = [
    MetricKind(
      "imageAUROC", "image AUROC", .higher, "defective images score above good ones"),
    MetricKind(
      "imageAP", "image AP", .higher, "precision over all detection rates of images"),
    MetricKind("imageAUPR", "image AUPR", .higher, "area under precision over detection rate"),
    MetricKind("imageF1Max", "image F1 max", .higher, "F1 of images at the best threshold"),
    MetricKind(
      "pixelAUROC", "pixel AUROC", .higher, "defective pixels score above good ones"),
    MetricKind(
      "pixelAP", "pixel AP", .higher, "precision over all detection rates of pixels"),
    MetricKind("pixelAUPR", "pixel AUPR", .higher, "the same for pixels"),
    MetricKind("pixelF1Max", "pixel F1 max", .higher, "F1 of pixels at the best threshold"),
    MetricKind("aupro", "AUPRO", .higher, "defects are covered, up to 30 % false positive pixels"),
    MetricKind(
      "aupro05", "AUPRO 5 %", .higher, "defects are covered, up to 5 % false positive pixels"),
    MetricKind("mIoU", "mIoU", .higher, "overlap of found and true defects, image by image"),
    MetricKind("mIoUFair", "mIoU fair", .higher, "the same at a threshold set on good images"),
    MetricKind(
      "mIoUOracle", "mIoU oracle", .higher, "the same at the threshold that suits the test best"),
    MetricKind(
      "detectionRate", "detection rate", .higher, "defective images that raise an alarm"),
    MetricKind("falseAlarmRate", "false alarm rate", .lower, "good images that raise an alarm"),
    MetricKind(
      "falseAlarmRegionsPerImage", "false alarms per image", .lower,
      "regions marked in a good image, on average"),
    MetricKind(
      "falseAlarmPixelsPerImage", "false alarm pixels per image", .lower,
      "pixels marked in a good image, on average"),
    MetricKind(
      "millisecondsPerImage", "time per image", .lower, "without reading and writing files",
      unit: .milliseconds),
    MetricKind("goodImages", "good images", .neither, "", unit: .count),
    MetricKind("defectiveImages", "defective images", .neither, "", unit: .count),
    MetricKind(
      "failedImages", "failed images", .lower, "images that could not be judged", unit: .count),
  ]
}
