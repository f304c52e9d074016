import AContrario
import Backbones
import Datasets
import Foundation
import Inspection
import Torch

/// From good images to a model: the split, the fitting, the calibration.
public struct TrainingRun {
  public let dataset: Dataset
  public let detector: any Detector
  /// Size that images are brought to, in pixels.
  public var height = 256
  public var width = 256
  /// Draws the images that are held out, and all else that is random.
  public var seed: UInt64 = 0
  public var device = Device.cpu
  /// Which good images the decision is calibrated on.
  public var calibration = CalibrationSource.automatic
  /// Share of the good images that the decision is calibrated on, where they are split; where it is given, they are. Nil: a tenth.
  public var holdOut: Double?
  /// Where the weights of a backbone come from.
  public var backbones = BackboneStore()
  /// Where there is one, the epoch that scores best is kept in place of the last; see ``FitContext/selection``.
  package var selection: ((Scorer) throws -> Double)?
  /// What the detector may look at beside the good images; see ``FitContext/testImages``.
  package var testImages: [Sample] = []
  /// Where the state of the fit is kept after every epoch, see ``CheckpointFile``; nil where it is not.
  public var checkpointPath: String?
  /// Whether to resume from a checkpoint that is there. With as many threads as before, the model is then, bit for bit, that
  /// of a training that was never interrupted.
  public var resumes = false
  /// The levels of 16-bit and float images that become black and white; nil finds them, see ``TrainingSurvey/levels``.
  public var levels: ClosedRange<Float>?
  /// Who says which good images go together, so that what is held out is as strange as a new image.
  public var groups = ImageGrouping.found
  /// Is told what the first look at the training images noticed, before the long work begins.
  public var note: (Remark) -> Void = { _ in }
  /// Is asked again and again while images are waited for; it throws to end the work.
  public var check: @Sendable () throws -> Void = {}

  public init(dataset: Dataset, detector: any Detector) {
    self.dataset = dataset
    self.detector = detector
  }

  /// - Throws: an error that names the images which cannot be read, of a setting that does not fit, of a training that
  ///   diverges, of memory that runs out, or what `report` throws.
  public func run(report: @escaping (WorkProgress) throws -> Void = { _ in }) throws -> Model {
    try withinMemory(dataset.name, remedy: "use a smaller batch size or image size") {
      try run(detector) { progress in
        // Nothing that comes of exhausted memory is kept: neither figures nor a checkpoint.
        try checkMemory()
        try report(progress)
      }
    }
  }

  private func run(_ detector: some Detector, report: @escaping (WorkProgress) throws -> Void)
    throws
    -> Model
  {
    var clock = Stopwatch()
    let loaded = try detector.backboneID.map { try backbones.load($0, on: device) }
    try detector.validate(height: height, width: width, backbone: loaded?.backbone)
    try dataset.requireTraining()
    // Too few are better told before they are read.
    _ = try CalibrationPlan(
      calibration, for: detector, dataset.training, holdOut: holdOut, seed: seed,
      name: dataset.name)
    let colors = try detector.backboneID.map { try backbones.registry.architecture($0).colors }
    let reader = ImageLoader(
      ImagePreprocessing(height: height, width: width, colors: colors ?? .imageNet), check: check)
    // Broken images are better found before the long work than after it.
    let survey = try clock.measure("reading") {
      try TrainingSurvey(
        of: dataset.training, name: dataset.name, loader: reader, levels: levels, grouping: groups,
        report: report)
    }
    survey.remarks.forEach(note)
    let plan = try CalibrationPlan(
      calibration, for: detector, dataset.training, groups: survey.groups, digests: survey.digests,
      holdOut: holdOut, seed: seed, name: dataset.name)
    if let remark = plan.reach.doubt(of: .standard) { note(remark) }
    let loader = reader.with(levels: survey.levels)
    let preprocessing = loader.preprocessing
    Machine.seed(seed)

    let hash = dataset.trainingHash(digests: survey.digests)
    let checkpoints = try checkpointPath.map {
      try CheckpointFile(
        $0, identity: identity(of: detector, hash, loaded?.reference, survey.groups),
        resumes: resumes)
    }
    let context = FitContext(
      backbone: loaded?.backbone, seed: seed, device: device,
      report: report,
      selection: selection.map { select in
        { [device] in try select(Scorer($0, preprocessing, device: device)) }
      },
      testImages: testImages.isEmpty ? nil : SampleImages(testImages, loader: loader),
      checkpoints: checkpoints, publishedWeights: backbones.weights.tensors)
    let (scorer, calibration) = try plan.carryOut(
      detector, loader: loader, device: device, context, &clock)
    try calibration.checkReach()
    let provenance = Provenance(
      dataset: dataset.name, datasetSHA256: hash, fittingImages: plan.fittingCount,
      calibrationImages: calibration.imageCount, groups: survey.groupCount, seed: seed,
      threads: Machine.threads,
      device: "\(device)", blemish: PackageVersion.current, libtorch: Machine.torchVersion,
      processor: Hardware.processor, created: Date().formatted(.iso8601),
      seconds: clock.seconds.mapValues { ($0 * 1000).rounded() / 1000 },
      metrics: scorer.fitted.metrics,
      history: scorer.fitted.history.isEmpty ? nil : scorer.fitted.history)
    return Model(
      detector: detector, scorer: scorer, calibration: calibration,
      backbone: loaded?.reference, provenance: provenance)
  }

  /// All that the fitted detector depends on.
  private func identity<D: Detector>(
    of detector: D, _ imagesSHA256: String, _ backbone: BackboneReference?, _ groups: [Int]
  ) throws -> [String: JSONValue] {
    let settings = try JSONValue(encoding: detector).members
      .filter { !D.executionSettings.contains($0.key) }
    var given: [String: JSONValue] = levels.map { ["levels": .string("\($0)")] } ?? [:]
    if self.groups != .found {
      given["groups"] = .string(SHA256.hex(of: Array("\(groups)".utf8)))
    }
    return settings.merging(given) { $1 }.merging([
      "detector": .string(D.name), "images' SHA-256": .string(imagesSHA256),
      "backbone's SHA-256": backbone.map { .string($0.sha256) } ?? .null,
      "image size": .string("\(width) x \(height)"),
      "hold-out": holdOut.map(JSONValue.number) ?? .null, "calibration": .string("\(calibration)"),
      "seed": .string("\(seed)"), "version": .string(PackageVersion.current),
      "libtorch": .string(Machine.torchVersion),
    ]) { $1 }
  }
}

extension Calibration {
  /// What good images tell that the detector has not seen.
  ///
  /// - Parameter groups: which of the samples are near-equal, by a number for each; empty where none are.
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  init(
    of scorer: Scorer, on samples: [Sample], groups: [Int] = [], loader: ImageLoader,
    report: (WorkProgress) throws -> Void
  ) throws {
    var images = Images(count: samples.count)
    try loader.forEachResized(samples) { index, result in
      try images.add(try scorer.score(resized: try result.get(), name: samples[index].address))
      try report(
        WorkProgress(
          stage: "calibration", completed: index + 1, total: samples.count, unit: "images"))
    }
    try self.init(images, groups: groups, basis: .split)
  }

  /// Throws ``InspectionError`` where whatever an image shows could not raise an alarm.
  func checkReach() throws {
    guard let limits = Decision.standard.limits, let scoreLaw, !scoreLaw.canReach(limits.alarm)
    else { return }
    throw InspectionError(
      "the decision", found: "judged by these good images, nothing could ever raise an alarm",
      remedy:
        "they show the model no variation: give images that differ, and hold out more than \(imageCount) of them"
    )
  }
}
