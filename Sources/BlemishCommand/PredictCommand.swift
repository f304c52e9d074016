import ArgumentParser
import Blemish
import Foundation

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Judge images, and mark where they are flawed.",
    discussion: """
      EXAMPLE:
        blemish predict --model bottle.blemish photo.png --out results
        blemish predict --model bottle.blemish incoming --out results --json

      Writes predictions.jsonl, one line an image, and below overlays, maps and masks one file an image. An image that \
      cannot be read is named and left out; the exit code is 1 then.
      """)

  @Option(
    help: ArgumentHelp("The folder that `blemish train` wrote.", valueName: "model"),
    completion: .directory)
  var model: String

  @Option(
    help: ArgumentHelp("The folder to write results to.", valueName: "folder"),
    completion: .directory)
  var out: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Call images and pixels above this score anomalous, in place of the calibrated threshold.",
      valueName: "score"))
  var threshold: Float?

  @Argument(help: "Images, and folders of images.", completion: .file())
  var images: [String]

  @OptionGroup var common: CommonOptions

  /// Images that stand in a table on the terminal.
  private static let shown = 20

  func run() throws {
    try common.apply()
    Interruption.watch()
    let samples = try Samples.named(images, without: out)
    var model = try ModelBundle.load(
      self.model, registry: .all, backbones: BackboneStore(), device: common.device)
    if let threshold { model.calibration = model.calibration.replacing(threshold: threshold) }

    var judged: [(path: String, score: Float, isAnomalous: Bool, regions: Int)] = []
    let line = ProgressLine()
    defer { line.end() }
    let summary = try PredictionRun(model: model, folder: out).run(samples) {
      line.show($0)
      try Interruption.check("what was finished is in \(out)")
    } judged: { image, prediction in
      judged.append(
        (image.sample.path, prediction.score, prediction.isAnomalous, prediction.regions.count))
    }
    let record = RunRecord(
      command: "predict", options: options,
      facts: ["secondsPerImage": summary.millisecondsPerImage.map { .number($0 / 1000) } ?? .null])
    try AtomicFile.write(record.encoded(), to: "\(out)/\(RunRecord.fileName)")

    if common.json {
      try Console.result(Data(contentsOf: URL(fileURLWithPath: "\(out)/predictions.jsonl")))
    } else {
      var table = Table([
        Table.Column("score", .right), Table.Column("decision"), Table.Column("regions", .right),
        Table.Column("image"),
      ])
      for row in judged.sorted(by: { $0.score > $1.score }).prefix(Self.shown) {
        table.add([
          String(format: "%.4g", row.score), row.isAnomalous ? "anomalous" : "good",
          "\(row.regions)", row.path,
        ])
      }
      if judged.count > Self.shown {
        table.add(["...", "", "", "and \(judged.count - Self.shown) with lower scores"])
      }
      if !judged.isEmpty {
        try Console.result(
          "\(table)\n\(summary.anomalous) of \(summary.judged) images are anomalous;"
            + " results are in \(out)")
      }
    }
    try summary.throwIfSomeFailed()
  }

  private var options: [String: JSONValue] {
    var options = common.record
    options["model"] = .string(model)
    options["out"] = .string(out)
    options["images"] = .array(images.map(JSONValue.string))
    if let threshold { options["threshold"] = .number(Double(threshold)) }
    return options
  }
}

extension PredictionRun.Summary {
  /// Names the images that are damaged, and those that could not be judged.
  func throwIfSomeFailed() throws {
    for image in damaged { Console.warning("\(image.path): \(image.reason)") }
    guard !failures.isEmpty else { return }
    for failure in failures { Console.warning(failure.reason) }
    throw SomeInputsFailed(failed: failures.count, total: failures.count + judged)
  }
}
