import Foundation
import Imaging
import Inspection
import Metrics
import Torch

/// What a model is worth on labeled images.
public struct Evaluation {
  public let datasetName: String
  public let imageROC: ROCCurve?
  public let pixelROC: ROCCurve?
  public let pixelAUROC: Double?
  /// Up to a false positive rate of 0.3.
  public let aupro: Double?
  public let good: Tally
  public let defective: Tally
  /// Pixels above the threshold in good images, on average.
  public let falseAlarmPixelsPerImage: Double?
  /// Connected false alarms in good images, on average.
  public let falseAlarmRegionsPerImage: Double?
  public let predictions: PredictionRun.Summary
  public let entries: [Report.Entry]

  /// Images of one class, and how many of them raised an alarm.
  public struct Tally: Sendable {
    public var images = 0
    public var alarms = 0
    public var rate: Double? { images > 0 ? Double(alarms) / Double(images) : nil }
  }

  public var imageAUROC: Double? { imageROC?.area }

  /// Judges the test images of `dataset` and writes predictions and pictures to `folder`. Without a folder there are
  /// figures alone, no entries.
  ///
  /// - Throws: where the data set has no labeled images, where results cannot be written, or what `report` throws.
  public init(
    of model: Model, on dataset: Dataset, folder: String?,
    report: (WorkProgress) throws -> Void = { _ in }
  ) throws {
    try Self.requireTest(dataset)
    datasetName = dataset.name
    var scores: [Float] = []
    var labels: [Bool] = []
    var pixels = PixelScores()
    var good = Tally()
    var defective = Tally()
    var (alarmPixels, alarmRegions) = (0, 0)
    let gallery = Gallery()

    predictions = try PredictionRun(model: model, folder: folder).run(dataset.test, report: report)
    {
      image, prediction in
      let sample = image.sample
      guard let isDefective = sample.isDefective else { return }
      let map = prediction.map
      if dataset.hasMasks {
        let truth = try GroundTruth(
          sample, image: image.original, width: map.width, height: map.height)
        // A defective image without a mask tells nothing about pixels.
        if let mask = truth.mask {
          try pixels.add(map: map.values, mask: mask, width: map.width, height: map.height)
        }
      }
      scores.append(prediction.score)
      labels.append(isDefective)
      let alarm = prediction.isAnomalous ? 1 : 0
      if isDefective {
        defective.images += 1
        defective.alarms += alarm
      } else {
        good.images += 1
        good.alarms += alarm
        alarmPixels += map.values.count { $0 > prediction.threshold }
        alarmRegions += prediction.regions.count
      }
    } pictured: { image, prediction, pictures in
      try gallery.add(image, prediction, pictures)
    }

    self.good = good
    self.defective = defective
    let perGoodImage = { (n: Int) in good.images > 0 ? Double(n) / Double(good.images) : nil }
    falseAlarmPixelsPerImage = perGoodImage(alarmPixels)
    falseAlarmRegionsPerImage = perGoodImage(alarmRegions)
    imageROC = try ROCCurve(scores: scores, isDefective: labels)
    let evaluation = PixelEvaluation(pixels)
    pixelAUROC = evaluation.auroc
    pixelROC = evaluation.rocCurve()
    aupro = evaluation.aupro(limit: 0.3)
    entries = gallery.entries
  }
  static func requireTest(_ dataset: Dataset) throws {
    guard !dataset.test.isEmpty else {
      throw InspectionError(
        dataset.name, found: "no labeled test images",
        remedy: "give a folder with test/good and test/<defect>, or use `blemish predict`")
    }
  }
}
