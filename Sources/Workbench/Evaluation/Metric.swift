import Foundation
import Metrics

/// A number that tells what a model is worth on labeled images: what it says, in which unit, which way is better, and how
/// an evaluation gives it.
///
/// ``all`` is the one place that metrics are listed in: `metrics.json`, tables, the columns of a benchmark, comparisons
/// and reports follow from it.
public struct Metric: Sendable, Hashable {
  public enum Unit: Sendable {
    /// A share of 1, such as an AUROC.
    case ratio
    case count
    case milliseconds
    /// A score on the detector's own scale, or something else without a unit.
    case score
  }

  /// Which way is better.
  public enum Direction: String, Sendable {
    case higher, lower
    /// A count, or something of which nothing is known.
    case neither
  }

  /// Its key in `metrics.json`.
  public let id: String
  /// For people.
  public let name: String
  public let unit: Unit
  public let direction: Direction
  /// What the number says, in a few words.
  public let meaning: String
  /// Whether a person should see it first.
  package let isHeadline: Bool
  /// Nil where it is undefined.
  let value: @Sendable (Evaluation) -> Double?

  private init(
    _ id: String, _ name: String, _ direction: Direction, _ meaning: String, unit: Unit = .ratio,
    isHeadline: Bool = false, _ value: @escaping @Sendable (Evaluation) -> Double?
  ) {
    self.id = id
    self.name = name
    self.unit = unit
    self.direction = direction
    self.meaning = meaning
    self.isHeadline = isHeadline
    self.value = value
  }

  public static func == (a: Metric, b: Metric) -> Bool { a.id == b.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// The metric of an id; one that is not known, as from another version, stands for itself.
  public static func named(_ id: String) -> Metric {
    all.first { $0.id == id } ?? Metric(id, id, .neither, "", unit: .score) { _ in nil }
  }

  /// The number with sensible digits and its unit, `n/a` where it is undefined.
  public func text(_ value: Double?) -> String {
    guard let value, value.isFinite else { return Digits.undefined }
    return switch unit {
    case .ratio: Digits.ratio(value)
    case .count: Digits.fixed(value, 0)
    case .milliseconds: Digits.significant(value, 3) + " ms"
    case .score: Digits.significant(value, 4)
    }
  }
}

// MARK: - The registry

extension Metric {
  /// In the order that a person reads them, headlines first.
  public static let all: [Metric] = [
    imageAUROC, pixelAUROC, aupro, aupimo, mIoU, detectionRate, falseAlarmRate,
    Metric(
      "falseAlarmRegionsPerImage", "false alarms per image", .lower,
      "marked regions in a good image, on average", isHeadline: true
    ) { $0.falseAlarmRegionsPerImage },
    millisecondsPerImage,
    Metric("imageAP", "image AP", .higher, "precision averaged over all detection rates of images")
    {
      $0.images.averagePrecision
    },
    Metric("imageAUPR", "image AUPR", .higher, "area under the precision-recall curve of images") {
      $0.images.areaUnderPrecisionRecall
    },
    Metric(
      "imageF1Max", "image F1-max", .higher,
      "F1 score of images at the threshold that suits the test best"
    ) {
      $0.images.f1Max?.value
    },
    Metric(
      "imageF1MaxThreshold", "threshold of the image F1-max", .neither,
      "where that F1 score is reached",
      unit: .score
    ) { $0.images.f1Max.map { Double($0.threshold) } },
    // The thresholds of these two are chosen on the test images: no model decides by them.
    Metric(
      "imagePB2", "PB2", .higher,
      "share of defective images found while at most 2 % of the good ones are flagged"
    ) { $0.images.recall(atFalsePositiveRate: 0.02) },
    Metric(
      "imagePG2", "PG2", .higher,
      "share of good images passed while at most 2 % of the defective ones are missed"
    ) { $0.images.specificity(atFalseNegativeRate: 0.02) },
    pixelAP,
    Metric("pixelAUPR", "pixel AUPR", .higher, "area under the precision-recall curve of pixels") {
      $0.pixels.areaUnderPrecisionRecall
    },
    pixelF1Max,
    Metric(
      "pixelF1MaxThreshold", "threshold of the pixel F1-max", .neither,
      "where that F1 score is reached",
      unit: .score
    ) { $0.pixels.f1Max.map { Double($0.threshold) } },
    aupro05, aupimoDeviation,
    Metric(
      "mIoUOnDefective", "mIoU of defective images", .higher, "mIoU over defective images alone"
    ) { $0.masks.decidedOnDefective.value },
    Metric(
      "mIoUFair", "mIoU fair", .higher,
      "mIoU at the threshold that one pixel of a good image exceeds, on average"
    ) {
      $0.masks.fair.values?[0]
    },
    Metric(
      "mIoUAtOne", "mIoU at one false alarm", .higher,
      "mIoU when one false alarm per image is accepted"
    ) { $0.masks.calibrated.value(at: 0) },
    Metric(
      "mIoUOracle", "mIoU oracle", .higher,
      "mIoU at the number of false alarms that suits the test best"
    ) { $0.masks.calibrated.oracle?.value },
    Metric(
      "mIoUOracleFalseAlarms", "false alarms of the mIoU oracle", .neither,
      "the number of false alarms per image that suits the test best", unit: .score
    ) { $0.masks.calibrated.oracle.map { pow(10, -Double($0.threshold)) } },
    Metric(
      "mIoUTheoreticalAtOne", "mIoU at NFA 1, theoretical", .higher,
      "mIoU when one false alarm per image is accepted, by the theoretical null distribution"
    ) { $0.masks.theoretical.value(at: 0) },
    Metric(
      "mIoUTheoreticalOracle", "mIoU oracle, theoretical", .higher,
      "mIoU at the number of false alarms that suits the test best, by the theoretical null distribution"
    ) { $0.masks.theoretical.oracle?.value },
    Metric(
      "falseAlarmPixelsPerImage", "false alarm pixels per image", .lower,
      "marked pixels in a good image, on average", unit: .score
    ) { $0.falseAlarmPixelsPerImage },
    goodImages, defectiveImages, maskedImages, failedImages,
  ]

  public static let imageAUROC = Metric(
    "imageAUROC", "image AUROC", .higher, "how often a defective image scores above a good one",
    isHeadline: true
  ) { $0.images.auroc }

  public static let pixelAUROC = Metric(
    "pixelAUROC", "pixel AUROC", .higher, "how often a defective pixel scores above a good one",
    isHeadline: true
  ) { $0.pixels.auroc }

  public static let aupro = Metric(
    "aupro", "AUPRO", .higher,
    "share of each defect region covered, up to 30 % false positives",
    isHeadline: true
  ) { $0.pixels.aupro }

  static let aupro05 = Metric(
    "aupro05", "AUPRO at 5 %", .higher,
    "share of each defect region covered, up to 5 % false positives"
  ) { $0.pixels.aupro05 }

  /// As `AUPIMO` of `Metrics`. Undefined where there is no good test image, or no defective one with a mask that marks
  /// something; other defective images are left out.
  public static let aupimo = Metric(
    "aupimo", "AUPIMO", .higher,
    "share of each image's defect covered while 1 to 10 in 100,000 pixels of good images are marked",
    isHeadline: true
  ) { $0.pixels.aupimo?.mean.value }

  static let aupimoDeviation = Metric(
    "aupimoDeviation", "standard deviation of AUPIMO", .neither,
    "how much AUPIMO differs from image to image"
  ) { $0.pixels.aupimo?.deviation?.value }

  static let pixelAP = Metric(
    "pixelAP", "pixel AP", .higher, "precision averaged over all detection rates of pixels"
  ) { $0.pixels.averagePrecision }

  static let pixelF1Max = Metric(
    "pixelF1Max", "pixel F1-max", .higher,
    "F1 score of pixels at the threshold that suits the test best"
  ) { $0.pixels.f1Max?.value }

  public static let mIoU = Metric(
    "mIoU", "mIoU", .higher, "overlap of marked pixels and ground truth, averaged over images",
    isHeadline: true
  ) { $0.masks.decided.value }

  public static let detectionRate = Metric(
    "detectionRate", "detection rate", .higher, "share of defective images that raise an alarm",
    isHeadline: true
  ) { $0.defective.rate }

  public static let falseAlarmRate = Metric(
    "falseAlarmRate", "false alarm rate", .lower, "share of good images that raise an alarm",
    isHeadline: true
  ) { $0.good.rate }

  public static let millisecondsPerImage = Metric(
    "millisecondsPerImage", "time per image", .lower, "without reading and writing files",
    unit: .milliseconds, isHeadline: true
  ) { $0.predictions.millisecondsPerImage }

  public static let goodImages = Metric(
    "goodImages", "good images", .neither, "", unit: .count
  ) { Double($0.good.images) }

  public static let defectiveImages = Metric(
    "defectiveImages", "defective images", .neither, "", unit: .count
  ) { Double($0.defective.images) }

  /// Where these are fewer than the defective images, metrics of pixels rest on a part of them.
  public static let maskedImages = Metric(
    "maskedImages", "defective images with a mask", .neither, "", unit: .count
  ) { Double($0.maskedImages) }

  public static let failedImages = Metric(
    "failedImages", "failed images", .lower, "images that could not be judged", unit: .count
  ) { Double($0.predictions.failures.count) }
}
