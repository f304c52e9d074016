import Datasets
import Foundation
import Inspection
import Torch

/// From a model and more good images to a model that has learned from both; the old images are not needed.
///
/// The decision is calibrated anew, on a part of the new images alone, because the old calibration does not know what good
/// images look like to the updated detector.
public struct UpdateRun {
  public let model: Model
  public let dataset: Dataset
  /// Draws the new images that are held out.
  public var seed: UInt64 = 0
  /// Share of the new images that the decision is calibrated on.
  public var holdOut = HoldOut.standardFraction
  /// Who says which of the new images go together, so that what is held out is as strange as a new image.
  public var groups = ImageGrouping.found
  /// Is told what the first look at the new images noticed, before the long work begins.
  public var note: (Remark) -> Void = { _ in }
  /// Is asked again and again while images are waited for; it throws to end the work.
  public var check: @Sendable () throws -> Void = {}

  public init(_ model: Model, with dataset: Dataset) {
    self.model = model
    self.dataset = dataset
  }

  /// - Throws: ``InspectionError`` where the detector cannot be updated, an error that names the images which cannot be read,
  ///   or what `report` throws.
  public func run(report: (WorkProgress) throws -> Void = { _ in }) throws -> Model {
    guard let before = model.fitted as? any UpdatableDetector else {
      let name = type(of: model.detector).name
      throw InspectionError(
        "detector \(name)",
        found: "it cannot learn from more images without those it was fitted on",
        remedy: "train it anew on all images", isUsage: true)
    }
    var clock = Stopwatch()
    try dataset.requireTraining()
    _ = try HoldOut(dataset.training, fraction: holdOut, seed: seed, name: dataset.name)
    let loader = ImageLoader(model.preprocessing, check: check)
    let survey = try clock.measure("reading") {
      try TrainingSurvey(
        of: dataset.training, name: dataset.name, loader: loader,
        levels: model.preprocessing.levels, grouping: groups, report: report)
    }
    survey.remarks.forEach(note)
    let split = try HoldOut(
      dataset.training, fraction: holdOut, seed: seed, name: dataset.name,
      groups: survey.groups, digests: survey.digests)
    let reach = PromiseReach(images: Set(split.calibrationGroups).count, isFolded: false)
    if let remark = reach.doubt(of: .standard) { note(remark) }
    let hash = dataset.trainingHash(digests: survey.digests)
    let fitted: any FittedDetector = try clock.measure("fitting") {
      try withinMemory(dataset.name, remedy: "update it with fewer images at a time") {
        try before.updated(with: SampleImages(split.fitting, loader: loader)) { progress in
          try checkMemory()
          try report(progress)
        }
      }
    }
    let scorer = Scorer(fitted, model.preprocessing, device: model.device)
    let calibration = try clock.measure("calibration") {
      try Calibration(of: scorer, on: split.calibration, loader: loader, report: report)
    }
    try calibration.checkReach()
    var provenance = model.provenance
    provenance.dataset = "\(provenance.dataset) and \(dataset.name)"
    provenance.datasetSHA256 = SHA256.hex(of: Array("\(provenance.datasetSHA256) \(hash)".utf8))
    provenance.fittingImages += split.fitting.count
    provenance.calibrationImages = split.calibration.count
    provenance.groups = provenance.groups.map { $0 + survey.groupCount }
    (provenance.calibration, provenance.formerCalibrations) = (nil, nil)
    provenance.seed = seed
    provenance.created = Date().formatted(.iso8601)
    provenance.seconds = clock.seconds.mapValues { ($0 * 1000).rounded() / 1000 }
    return Model(
      detector: model.detector, scorer: scorer, calibration: calibration,
      backbone: model.backbone, provenance: provenance)
  }
}
