import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension TrainOptions: Work {
  func work() throws {
    try common.apply()
    Interruption.watch()
    let out = out ?? ""
    let grouping = try groups.map { try ImageGrouping($0) } ?? .found
    let dataset = try Dataset.open(
      data ?? "", home: Home.standard.path, registry: all ? .takingAll : .standard)
    for remark in dataset.remarks where remark.part != .test { Console.remark(remark) }
    try ModelBundle.checkTarget(out)
    let lock = try FolderLock(ofModel: out)
    defer { withExtendedLifetime(lock) {} }
    try checkCheckpoint()
    let line = ProgressLine()
    defer { line.end() }
    let model = try trained(on: dataset, grouping) {
      line.show($0)
      try Interruption.check(leftover)
    }
    var record = RunRecord(
      command: "train", options: asUsed(model).record,
      facts: [
        "datasetSHA256": .string(model.provenance.datasetSHA256),
        "seconds": model.provenance.seconds.asTimings,
      ])
    if let history = model.provenance.history {
      record.facts["history"] = try JSONValue(encoding: history)
    }
    try ModelBundle.save(model, to: out, extras: [RunRecord.fileName: record.encoded()])
    if update == nil { try CheckpointFile.remove(checkpoint) }
    if common.json {
      try Console.result(JSON.encode(ModelBundle.describe(out)))
    } else {
      let (provenance, calibration) = (model.provenance, model.calibration)
      try Console.result(
        "\(out): \(type(of: model.detector).name) fitted on \(provenance.fittingImages) good images,"
          + " false alarms counted on \(calibration.told)"
          + (PromiseReach(calibration).map { "\n\($0.description)" } ?? ""))
    }
  }

  private var checkpoint: String { CheckpointFile.path(besideModel: out ?? "") }

  /// Says what becomes of an interrupted training's state before any work is done.
  private func checkCheckpoint() throws {
    guard update == nil else { return }
    let exists = try CheckpointFile.exists(checkpoint)
    if exists, !resume {
      Console.warning(
        "\(checkpoint): an interrupted training could be continued with --resume;"
          + " this one starts from the beginning and replaces it")
    } else if resume, !exists {
      Console.warning(
        "\(checkpoint): there is none to continue; the training starts from the beginning")
    }
  }

  /// What an end of the training leaves behind.
  private var leftover: String {
    let none = "no model was written"
    guard update == nil, FileManager.default.fileExists(atPath: checkpoint) else { return none }
    return "\(none); the same command with --resume continues after the last finished epoch"
  }

  private func trained(
    on dataset: Dataset, _ grouping: ImageGrouping, report: @escaping (WorkProgress) throws -> Void
  ) throws -> Model {
    let registry = DetectorRegistry.all
    if let update {
      var run = UpdateRun(
        try ModelBundle.load(
          update, registry: registry, backbones: BackboneStore(), device: common.chosenDevice),
        with: dataset)
      run.seed = seed ?? 0
      run.holdOut = holdOut ?? HoldOut.standardFraction
      run.groups = grouping
      run.note = Console.remark
      run.check = { try Interruption.check("no model was written") }
      return try run.run(report: report)
    }
    let published = try preset.map { try registry.preset($0) }
    let detector = try published?.detector ?? registry.detector(self.detector ?? UFlow.name)
    let imageSize = imageSize ?? ImageSize(published?.imageSize ?? 256)
    var training = TrainingRun(
      dataset: dataset, detector: try registry.detector(detector, settings: settings))
    (training.width, training.height) = (imageSize.width, imageSize.height)
    training.seed = seed ?? 0
    training.device = common.chosenDevice
    training.holdOut = holdOut
    training.calibration =
      calibration.flatMap { CalibrationSource(rawValue: $0.rawValue) } ?? .automatic
    training.checkpointPath = checkpoint
    training.resumes = resume
    training.levels = levels?.range
    training.groups = grouping
    training.note = Console.remark
    training.check = { try Interruption.check("no model was written") }
    return try training.run(report: report)
  }

  /// What the command line says of the detector's settings.
  private var settings: [String: JSONValue] {
    var settings = set.members
    if let backbone { settings["backbone"] = .string(backbone) }
    if let taps { settings["taps"] = .array(taps.values) }
    if let epochs { settings["epochs"] = .integer(epochs) }
    if let batchSize { settings["batchSize"] = .integer(batchSize) }
    if let learningRate { settings["learningRate"] = .number(learningRate) }
    return settings
  }

  /// As the run's record notes them: what was not given as it was used.
  private func asUsed(_ model: Model) -> Self {
    var options = self
    options.common = common.asUsed
    options.seed = seed ?? 0
    guard update == nil else {
      options.holdOut = holdOut ?? HoldOut.standardFraction
      return options
    }
    options.calibration = model.calibration.basis == .split ? .split : .folds
    if preset == nil { options.detector = type(of: model.detector).name }
    options.imageSize = ImageSize(
      width: model.preprocessing.width, height: model.preprocessing.height)
    return options
  }
}

extension Calibration {
  /// Which good images it rests on.
  fileprivate var told: String {
    switch basis {
    case .folds: "the same, each judged as though the method had not learnt from it"
    case .split, nil: "\(imageCount) more"
    }
  }
}
