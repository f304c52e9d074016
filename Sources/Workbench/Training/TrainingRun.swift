import Backbones
import Datasets
import Foundation
import Inspection
import Torch

/// From good images to a model: the split, the fitting, the calibration.
public struct TrainingRun {
  public let dataset: Dataset
  public let detector: any Detector
  public var height = 256
  public var width = 256
  public var seed: UInt64 = 0
  public var device = Device.cpu
  /// Share of the good images that the decision is calibrated on.
  public var holdOut = 0.1
  public var backbones = BackboneStore()
  /// Where there is one, the epoch that scores best is kept in place of the last; see ``FitContext/selection``.
  public var selection: ((Scorer) throws -> Double)?
  /// What the detector may look at beside the good images; see ``FitContext/testImages``.
  public var testImages: [Sample] = []
  /// Where the state of the fit is kept after every epoch, see ``CheckpointFile``; nil where it is not.
  public var checkpointPath: String?
  /// Whether a checkpoint that is there is gone on from. With as many threads as before, the model is then, to the last
  /// bit, that of a training that nothing has cut off.
  public var resumes = false

  public init(dataset: Dataset, detector: any Detector) {
    self.dataset = dataset
    self.detector = detector
  }

  /// - Throws: the error of the first image that cannot be read, of a setting that does not fit, of a training that
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
    let split = try HoldOut(dataset.training, fraction: holdOut, seed: seed, name: dataset.name)
    let colors = try detector.backboneID.map { try backbones.registry.architecture($0).colors }
    let preprocessing = ImagePreprocessing(
      height: height, width: width, colors: colors ?? .imageNet)
    let loader = ImageLoader(preprocessing)
    Machine.seed(seed)

    // A broken image is better found before the long work than after it.
    try loader.forEach(split.calibration) { _, result in _ = try result.get() }
    let hash = try clock.measure("hashing") { try dataset.trainingHash() }
    let checkpoints = try checkpointPath.map {
      try CheckpointFile(
        $0, identity: identity(of: detector, hash, loaded?.reference), resumes: resumes)
    }
    let fitted = try clock.measure("fitting") {
      try detector.fit(
        on: SampleImages(split.fitting, loader: loader),
        FitContext(
          backbone: loaded?.backbone, seed: seed, device: device,
          report: report,
          selection: selection.map { select in
            { [device] in try select(Scorer($0, preprocessing, device: device)) }
          },
          testImages: testImages.isEmpty ? nil : SampleImages(testImages, loader: loader),
          checkpoints: checkpoints, publishedWeights: backbones.weights.tensors))
    }
    let scorer = Scorer(fitted, preprocessing, device: device)
    let calibration = try clock.measure("calibration") {
      try Calibration(of: scorer, on: split.calibration, report: report)
    }
    let provenance = Provenance(
      dataset: dataset.name, datasetSHA256: hash, fittingImages: split.fitting.count,
      calibrationImages: split.calibration.count, seed: seed, threads: Machine.threads,
      device: "\(device)", blemish: PackageVersion.current, libtorch: Machine.torchVersion,
      processor: Hardware.processor, created: Date().formatted(.iso8601),
      seconds: clock.seconds.mapValues { ($0 * 1000).rounded() / 1000 }, metrics: fitted.metrics,
      history: fitted.history.isEmpty ? nil : fitted.history)
    return Model(
      detector: detector, scorer: scorer, calibration: calibration,
      backbone: loaded?.reference, provenance: provenance)
  }

  /// All that the fitted detector depends on.
  private func identity<D: Detector>(
    of detector: D, _ imagesSHA256: String, _ backbone: BackboneReference?
  ) throws -> [String: JSONValue] {
    let settings = try JSONValue(encoding: detector).members
      .filter { !D.executionSettings.contains($0.key) }
    return settings.merging([
      "detector": .string(D.name), "images' SHA-256": .string(imagesSHA256),
      "backbone's SHA-256": backbone.map { .string($0.sha256) } ?? .null,
      "image size": .string("\(width) x \(height)"), "hold-out": .number(holdOut),
      "seed": .string("\(seed)"), "version": .string(PackageVersion.current),
      "libtorch": .string(Machine.torchVersion),
    ]) { $1 }
  }
}

extension Calibration {
  /// What good images tell that the detector has not seen.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  init(
    of scorer: Scorer, on samples: [Sample], report: (WorkProgress) throws -> Void
  ) throws {
    var rawPredictions: [RawPrediction] = []
    try ImageLoader(scorer.preprocessing).forEach(samples) { index, result in
      rawPredictions.append(try scorer.score(try result.get()))
      try report(
        WorkProgress(
          stage: "calibration", completed: index + 1, total: samples.count, unit: "images"))
    }
    try self.init(rawPredictions)
  }
}
