import Datasets
import Foundation
import Inspection
import Metrics
import Torch

/// From a model and new good images to a model that sees the same and decides by what these images show.
///
/// The promise of a decision holds for images like those that it was calibrated on. Where good images look otherwise now, under
/// another lamp or of another batch, this renews it without training: each image is judged once. What the detector has learnt, and
/// the score of every image, stay as they are.
///
/// The images must be ones that the detector was **not** fitted on, which it knows too well: good images would alarm far more
/// often than promised. Nor should the model be evaluated on them afterwards.
public struct CalibrationRun {
  public let model: Model
  /// Its training images are all taken.
  public let dataset: Dataset
  /// Is told what the first look at the images noticed, and how they compare with those calibrated on before.
  public var note: (Remark) -> Void = { _ in }
  /// Is asked again and again while images are waited for; it throws to end the work.
  public var check: @Sendable () throws -> Void = {}

  public init(_ model: Model, on dataset: Dataset) {
    self.model = model
    self.dataset = dataset
  }

  /// - Throws: ``InspectionError`` where there are too few distinct images, or where they are those that the model was trained
  ///   on; an error that names the images which cannot be read, or what `report` throws.
  public func run(report: (WorkProgress) throws -> Void = { _ in }) throws -> Model {
    try dataset.requireTraining()
    try requireEnough(dataset.training.count)
    let loader = ImageLoader(model.preprocessing, check: check)
    let survey = try TrainingSurvey(
      of: dataset.training, name: dataset.name, loader: loader,
      levels: model.preprocessing.levels, report: report)
    survey.remarks.forEach(note)
    try refuseTrainingImages(survey.digests)
    // A copy says nothing more.
    var counted: Set<String> = []
    let kept = survey.digests.indices.filter { counted.insert(survey.digests[$0]).inserted }
    let (samples, groups) = (kept.map { dataset.training[$0] }, kept.map { survey.groups[$0] })
    try requireEnough(samples.count)
    let reach = PromiseReach(images: Set(groups).count, isFolded: false)
    if let remark = reach.doubt(of: model.decision) { note(remark) }

    let calibration = try withinMemory(dataset.name, remedy: "close other programs") {
      try Calibration(of: model.scorer, on: samples, groups: groups, loader: loader) { progress in
        try checkMemory()
        try report(progress)
      }
    }
    try calibration.checkReach()
    if let remark = Remark(comparing: calibration, with: model.calibration) { note(remark) }
    var provenance = model.provenance
    provenance.renewCalibration(
      Provenance.CalibrationSource(
        dataset: dataset.name, datasetSHA256: dataset.trainingHash(digests: survey.digests),
        images: samples.count, created: Date().formatted(.iso8601)))
    var renewed = Model(
      detector: model.detector, scorer: model.scorer, calibration: calibration,
      backbone: model.backbone, provenance: provenance)
    (renewed.decision, renewed.scoreKind) = (model.decision, model.scoreKind)
    return renewed
  }

  private func requireEnough(_ count: Int) throws {
    let least = Calibration.minimumImageCount
    guard count < least else { return }
    let copies = count < dataset.training.count ? ", \(count) of them distinct" : ""
    throw InspectionError(
      dataset.name, found: "\(dataset.training.count) good images\(copies)",
      remedy: "a calibration needs \(least) at least, that the model was not trained on: add images"
    )
  }

  /// Throws where the images are those that the model was trained on, in the same folder or in the layout around it. Whether
  /// some of them are cannot be told: of the training images, the model keeps the digest of the whole.
  private func refuseTrainingImages(_ digests: [String]) throws {
    let layout = "train/good/"
    let names = dataset.training.map(\.name)
    let spellings = [
      names, names.map { layout + $0 },
      names.map { $0.hasPrefix(layout) ? String($0.dropFirst(layout.count)) : $0 },
    ]
    let trained = model.provenance.datasetSHA256
    guard spellings.contains(where: { Dataset.hash(names: $0, digests: digests) == trained })
    else { return }
    throw InspectionError(
      dataset.name, found: "the images that the model was trained on",
      remedy:
        "give good images that it has not seen: those it knows score low, and others would alarm all the time",
      isUsage: true)
  }
}

extension Remark {
  /// What the scores of the new images say against those of the former ones; nil where nothing is known of those.
  fileprivate init?(comparing calibration: Calibration, with former: Calibration) {
    // By the detector's own scores: the others are on the footing of each calibration's images.
    guard var count = ShiftCount(former, .own) else { return nil }
    // By themselves they are sorted, which the test does not mind.
    for score in calibration.goodScores(.own) { count.add(score) }
    guard let shift = count.shift else { return nil }
    switch (shift.isFound, shift.direction) {
    case (false, _):
      self.init(.fact, "compared with the former calibration: \(shift.counts): no shift is seen")
    case (true, .higher):
      self.init(.fact, "compared with the former calibration: \(shift.counts): a shift")
    case (true, .lower):
      self.init(
        .doubt,
        "compared with the former calibration: \(shift.counts); if some of these images are ones that the model was"
          + " trained on, good images will alarm more often than promised: give others")
    }
  }
}
