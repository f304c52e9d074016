import Datasets
import Foundation
import Imaging
import Inspection
import Metrics
import Torch

/// What a model is worth on labeled images.
public struct Evaluation {
  package let datasetName: String
  /// How well scores of images tell the defective from the good.
  public let images: ImageEvaluation
  package let pixels: PixelMetrics
  package let masks: MaskMetrics
  /// Good test images.
  public let good: Tally
  /// Defective test images.
  public let defective: Tally
  /// What is wrong with masks that are left out; their images still count.
  public let maskFailures: [String]
  /// Masks of defective images that mark nothing, or most of the image: they count as they are, but may not be meant so.
  public let maskDoubts: [String]
  /// Pixels marked in good images, on average.
  package let falseAlarmPixelsPerImage: Double?
  /// Connected regions marked in good images, on average.
  package let falseAlarmRegionsPerImage: Double?
  /// Defective images that have a mask; metrics of pixels and masks rest on these.
  public let maskedImages: Int
  /// Good images that the calibrated null distribution was learned from.
  package let calibrationImages: Int
  /// What these can promise, in words, and whether the decision asks for more; nil in models of version 0.1.
  package let reach: String?
  package let decision: Decision
  /// By falling level.
  package let falseAlarms: [FalseAlarmCount]
  /// By the kind of defect.
  package let defects: [String: DefectMetrics]
  /// What raised the alarms, finest scale first; empty where a threshold decides.
  package let scales: [ScaleAlarms]
  /// What came of judging the images, those that could not be judged among it.
  public let predictions: PredictionRun.Summary
  /// Every judged image with its pictures, in the order of the data set; empty without a folder.
  package let inspected: [InspectedImage]

  /// Images of one class, and how many of them raised an alarm.
  public struct Tally: Sendable {
    public let images: Int
    public let alarms: Int
    /// Share of the images with an alarm; nil where there are no images.
    public var rate: Double? { images > 0 ? Double(alarms) / Double(images) : nil }

    init(_ images: [EvaluatedImage]) {
      self.images = images.count
      alarms = images.count { $0.isAnomalous }
    }
  }

  /// As ``Metric/imageAUROC``; nil where good or defective images are missing.
  public var imageAUROC: Double? { images.auroc }
  /// As ``Metric/pixelAUROC``; nil where good or defective pixels are missing.
  public var pixelAUROC: Double? { pixels.auroc }

  /// Judges the test images of `dataset`, and writes predictions and pictures to `results`. Without a folder there
  /// are metrics alone, no pictures.
  ///
  /// - Parameter boundedMemory: counts pixels in bins instead of ranking every one; by how much each metric can be wrong then
  ///   is in ``EvaluationMetrics/pixelErrors``.
  /// - Throws: where the data set has no labeled images, where results cannot be written, or what `report` throws.
  public init(
    of model: Model, on dataset: Dataset, into results: ResultFolder?, boundedMemory: Bool = false,
    report: (WorkProgress) throws -> Void = { _ in }
  ) throws {
    try Self.requireTest(dataset)
    datasetName = dataset.name
    calibrationImages = model.calibration.imageCount
    decision = model.decision
    let reach = PromiseReach(model.calibration)
    self.reach = reach.map { reach in
      [reach.description, reach.doubt(of: model.decision).map { "Note that \($0.text)." }]
        .compactMap(\.self).joined(separator: " ")
    }
    var judged: [EvaluatedImage] = []
    var ranked = PixelScores()
    var counted = PixelHistogram()
    var masks = try MaskMetrics(fairThreshold: model.calibration.fairThreshold)
    var falseAlarms = FalseAlarmCount.counts(for: model.decision)
    var scaleNames: [String] = []
    var maskFailures: [String] = []
    var (emptyMasks, fullMasks): ([String], [String]) = ([], [])
    let gallery = Gallery()

    predictions = try PredictionRun(model: model, results: results).run(
      dataset.test, report: report
    ) {
      image, prediction in
      let sample = image.sample
      guard let isDefective = sample.isDefective else { return }
      let map = prediction.map
      if scaleNames.isEmpty, prediction.falseAlarms != nil {
        scaleNames = prediction.raw.scales.map(\.name)
      }
      let judgements = try JudgementsByNull(prediction, model)
      var (pixelIndex, overlap): (Int?, Double?) = (nil, nil)
      if dataset.hasMasks {
        let truth = Result {
          try GroundTruth(sample, image: image.original, width: map.width, height: map.height)
        }
        if case .failure(let error) = truth { maskFailures.append("\(error)") }
        // A defective image without a mask tells nothing about pixels.
        if let mask = try? truth.get().mask {
          if isDefective {
            let marked = mask.count(where: \.self)
            if marked == 0 { emptyMasks += sample.maskPaths.prefix(1) }
            if 2 * marked > mask.count { fullMasks += sample.maskPaths.prefix(1) }
          }
          // A defective image whose mask marks nothing is no good image.
          let defect = isDefective || mask.contains(true) ? mask : nil
          if boundedMemory {
            try counted.add(map: map.values, mask: defect, width: map.width, height: map.height)
          } else {
            pixelIndex = ranked.imageCount
            try ranked.add(map: map.values, mask: defect, width: map.width, height: map.height)
          }
          overlap = try masks.add(prediction, judgements, mask: mask)
        }
      }
      for index in falseAlarms.indices {
        try falseAlarms[index].add(judgements, name: sample.name, isDefective: isDefective)
      }
      judged.append(
        EvaluatedImage(
          defect: isDefective ? sample.kind : nil, score: prediction.score,
          isAnomalous: prediction.isAnomalous, regions: prediction.regions.count,
          scale: prediction.regions.first?.scale,
          markedPixels: prediction.anomalousPixels.count { $0 }, pixelIndex: pixelIndex,
          overlap: overlap))
    } pictured: { image, prediction, pictures in
      try gallery.add(image, prediction, pictures)
    }

    self.maskFailures = maskFailures
    maskDoubts = [
      (emptyMasks, "without a marked pixel, as where there is no defect"),
      (
        fullMasks,
        "with more than half of the pixels marked; if the defects are black in them, invert them"
      ),
    ].compactMap { paths, what in
      paths.first.map {
        "\($0)\(paths.count > 1 ? " and \(paths.count - 1) more" : ""): a mask \(what)"
      }
    }
    let good = judged.filter { $0.defect == nil }
    self.good = Tally(good)
    defective = Tally(judged.filter { $0.defect != nil })
    let perGoodImage = { (n: Int) in good.isEmpty ? nil : Double(n) / Double(good.count) }
    falseAlarmPixelsPerImage = perGoodImage(good.reduce(0) { $0 + $1.markedPixels })
    falseAlarmRegionsPerImage = perGoodImage(good.reduce(0) { $0 + $1.regions })
    self.falseAlarms = falseAlarms
    scales = scaleNames.map { name in ScaleAlarms(name, of: judged.filter { $0.scale == name }) }
    self.masks = masks
    images = try Self.evaluation(of: judged)
    let pixels = boundedMemory ? PixelMetrics(counted) : PixelMetrics(ranked)
    self.pixels = pixels
    maskedImages = judged.count { $0.defect != nil && $0.overlap != nil }
    defects = try Dictionary(grouping: judged.filter { $0.defect != nil }, by: { $0.defect ?? "" })
      .mapValues { try Self.metrics(of: $0, good, ranked, pixels.aupimo) }
    inspected = gallery.images
  }

  static func requireTest(_ dataset: Dataset) throws {
    guard !dataset.test.isEmpty else {
      throw InspectionError(
        dataset.name, found: "no labeled test images",
        remedy: "give a folder with test/good and test/<defect>, or use `blemish predict`")
    }
  }

  private static func evaluation(of images: [EvaluatedImage]) throws -> ImageEvaluation {
    try ImageEvaluation(scores: images.map(\.score), isDefective: images.map { $0.defect != nil })
  }

  private static func metrics(
    of images: [EvaluatedImage], _ good: [EvaluatedImage], _ pixels: PixelScores, _ aupimo: AUPIMO?
  ) throws -> DefectMetrics {
    let chosen = images.compactMap(\.pixelIndex)
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    let evaluation =
      chosen.isEmpty
      ? nil : PixelEvaluation(pixels.selecting(chosen + good.compactMap(\.pixelIndex)))
    return DefectMetrics(
      images: images.count,
      detectionRate: Double(images.count { $0.isAnomalous }) / Double(images.count),
      imageAUROC: try Self.evaluation(of: images + good).auroc, pixelAUROC: evaluation?.auroc,
      aupro: evaluation?.aupro(), aupimo: mean(chosen.compactMap { aupimo?.perImage[$0]?.value }),
      mIoU: mean(images.compactMap(\.overlap)))
  }
}

/// What an evaluation keeps of a test image.
struct EvaluatedImage {
  /// Nil where it is good.
  let defect: String?
  let score: Float
  let isAnomalous: Bool
  /// Connected parts that were marked.
  let regions: Int
  /// The scale that the strongest of them was found at; nil where there is none, or a threshold decides.
  let scale: String?
  let markedPixels: Int
  /// Where its pixels stand among those of all images; nil where nothing is known pixel by pixel.
  let pixelIndex: Int?
  /// Of what was marked and what is defective; nil likewise.
  let overlap: Double?
}

/// How many images a scale of the evidence raised the alarm in.
package struct ScaleAlarms: Sendable {
  package let name: String
  package let defectiveImages: Int
  package let goodImages: Int

  /// - Parameter images: those whose strongest region was found at that scale.
  init(_ name: String, of images: [EvaluatedImage]) {
    self.name = name
    defectiveImages = images.count { $0.defect != nil }
    goodImages = images.count - defectiveImages
  }
}
