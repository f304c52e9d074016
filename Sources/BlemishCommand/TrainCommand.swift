import ArgumentParser
import Blemish
import Foundation

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn from good images what good looks like.",
    discussion: """
      EXAMPLE:
        blemish train --data bottle --out bottle.blemish
        blemish train --data elpv:mono --out cells.blemish --epochs 8 --seed 1
        blemish train --data bottle --out bottle.blemish --preset anomalyhop/mvtec/bottle

      A part of the good images is held out, and the decision is calibrated on it. No defective image is looked at.

      After every epoch the state of the training goes to MODEL.checkpoint, beside the model to be, until the model is
      there. However a training ends before, the same command with --resume goes on from its last epoch, and with the
      same number of threads makes the same model.
      """)

  @Option(
    help: ArgumentHelp(
      "A folder in MVTec layout (train/good), a folder of good images, elpv:mono or elpv:poly.",
      valueName: "folder"), completion: .directory)
  var data: String

  @Option(
    help: ArgumentHelp("The folder to write the model to.", valueName: "model"),
    completion: .directory)
  var out: String

  @Option(help: ArgumentHelp("The method; \(UFlow.name) if not given.", valueName: "name"))
  var detector: String?

  @Option(
    help: ArgumentHelp(
      "A method with the settings that its authors published for a product, such as anomalyhop/mvtec/bottle.",
      valueName: "name"))
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "A model that goes on learning: the result knows the images of both. It brings its method and settings along.",
      valueName: "model"), completion: .directory)
  var update: String?

  @Option(
    help: ArgumentHelp(
      "Where features come from: \(BackboneRegistry.standard.ids.joined(separator: ", ")).",
      valueName: "name"), completion: .list(BackboneRegistry.standard.ids))
  var backbone: String?

  @Option(
    help: ArgumentHelp(
      "Strides of the backbone's features, finest first, such as 8,16.", valueName: "strides"))
  var taps: IntegerList?

  @Option(
    help: ArgumentHelp(
      "Size that images are brought to, in pixels: one side, or WIDTHxHEIGHT; 256, or the preset's, if not given.",
      valueName: "pixels"))
  var imageSize: ImageSize?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Passes over the good images.", valueName: "n"))
  var epochs: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Images a training step.", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Learning rate, the peak where it moves in a cycle.", valueName: "rate"))
  var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "Any other setting of the method; can be repeated. `blemish info MODEL` lists them.",
      valueName: "name=value"))
  var set: [Setting] = []

  @Option(
    help: ArgumentHelp("Share of the good images held out for the decision.", valueName: "share"))
  var holdOut = 0.1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seed of everything that is drawn at random.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(
    help: "Go on where an interrupted training of the same model stopped.")
  var resume = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0..<1).contains(holdOut) else {
      throw ValidationError("--hold-out must be at least 0 and below 1")
    }
    guard preset == nil || detector == nil else {
      throw ValidationError("--preset names the method already: leave --detector out")
    }
    guard
      update == nil || (preset == nil && detector == nil && imageSize == nil && settings.isEmpty)
    else {
      throw ValidationError(
        "--update takes method, settings and size from the model: leave them out")
    }
    guard update == nil || !resume else {
      throw ValidationError("--resume goes on with a training, not with an --update: leave it out")
    }
  }

  func run() throws {
    try common.apply()
    Interruption.watch()
    let dataset = try Dataset.open(data, home: Home.standard.path)
    try ModelBundle.checkTarget(out)
    let lock = try FolderLock(ofModel: out)
    defer { withExtendedLifetime(lock) {} }
    try checkCheckpoint()
    let line = ProgressLine()
    defer { line.end() }
    let model = try trained(on: dataset) {
      line.show($0)
      try Interruption.check(leftover)
    }
    var record = RunRecord(
      command: "train", options: options(of: model),
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
          + " false alarms counted on \(calibration.imageCount) more")
    }
  }

  private var checkpoint: String { CheckpointFile.path(besideModel: out) }

  /// Says what becomes of an interrupted training's state before any work is done.
  private func checkCheckpoint() throws {
    guard update == nil else { return }
    let exists = try CheckpointFile.exists(checkpoint)
    if exists, !resume {
      Console.warning(
        "\(checkpoint): an interrupted training can be gone on with from here, with --resume;"
          + " this one starts from the beginning and replaces it")
    } else if resume, !exists {
      Console.warning("\(checkpoint): there is none; the training starts from the beginning")
    }
  }

  /// What an end of the training leaves behind.
  private var leftover: String {
    let none = "no model was written"
    guard update == nil, FileManager.default.fileExists(atPath: checkpoint) else { return none }
    return "\(none); the same command with --resume goes on from the last epoch that was finished"
  }

  private func trained(
    on dataset: Dataset, report: @escaping (WorkProgress) throws -> Void
  ) throws -> Model {
    let registry = DetectorRegistry.all
    if let update {
      var run = UpdateRun(
        try ModelBundle.load(
          update, registry: registry, backbones: BackboneStore(), device: common.device),
        with: dataset)
      run.seed = seed
      run.holdOut = holdOut
      return try run.run(report: report)
    }
    let published = try preset.map { try registry.preset($0) }
    let detector = try published?.detector ?? registry.detector(self.detector ?? UFlow.name)
    let imageSize = imageSize ?? ImageSize(published?.imageSize ?? 256)
    var training = TrainingRun(
      dataset: dataset, detector: try registry.detector(detector, settings: settings))
    (training.width, training.height) = (imageSize.width, imageSize.height)
    training.seed = seed
    training.device = common.device
    training.holdOut = holdOut
    training.checkpointPath = checkpoint
    training.resumes = resume
    return try training.run(report: report)
  }

  /// What the command line says of the detector's settings.
  private var settings: [String: JSONValue] {
    var settings: [String: JSONValue] = [:]
    for setting in set { settings[setting.name] = setting.value }
    if let backbone { settings["backbone"] = .string(backbone) }
    if let taps { settings["taps"] = .array(taps.values.map(JSONValue.integer)) }
    if let epochs { settings["epochs"] = .integer(epochs) }
    if let batchSize { settings["batchSize"] = .integer(batchSize) }
    if let learningRate { settings["learningRate"] = .number(learningRate) }
    return settings
  }

  private func options(of model: Model) -> [String: JSONValue] {
    var options = common.record
    options["data"] = .string(data)
    options["out"] = .string(out)
    if let update {
      options["update"] = .string(update)
    } else {
      if let preset {
        options["preset"] = .string(preset)
      } else {
        options["detector"] = .string(type(of: model.detector).name)
      }
      let size = model.preprocessing
      options["image-size"] = .string(
        size.width == size.height ? "\(size.width)" : "\(size.width)x\(size.height)")
    }
    options["hold-out"] = .number(holdOut)
    options["seed"] = Int(exactly: seed).map(JSONValue.integer) ?? .string("\(seed)")
    if let backbone { options["backbone"] = .string(backbone) }
    if let taps { options["taps"] = .string(taps.defaultValueDescription) }
    if let epochs { options["epochs"] = .integer(epochs) }
    if let batchSize { options["batch-size"] = .integer(batchSize) }
    if let learningRate { options["learning-rate"] = .number(learningRate) }
    if !set.isEmpty {
      options["set"] = .object(Dictionary(set.map { ($0.name, $0.value) }) { _, last in last })
    }
    return options
  }
}
