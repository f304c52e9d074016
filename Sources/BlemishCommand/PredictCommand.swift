import ArgumentParser
import Blemish
import Foundation

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Judge images, and mark where they are flawed.",
    discussion: """
      EXAMPLE:
        blemish predict --model bottle.blemish photo.png --out results
        blemish predict --model bottle.blemish incoming --out results --false-alarms 0.01 --json

      An image is anomalous where a part of it looks like nothing that good images show: --false-alarms says how often \
      that may be wrong, as a number of false alarms in a good image.

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

  @Argument(help: "Images, and folders of images.", completion: .file())
  var images: [String]

  @OptionGroup var deciding: DecisionOptions
  @Flag(help: "Write predictions.csv as well, for spreadsheets.")
  var csv = false

  @OptionGroup var common: CommonOptions

  /// Images that stand in a table on the terminal.
  private static let shown = 20

  func run() throws {
    try common.apply()
    Interruption.watch()
    let samples = try Samples.named(images, without: out)
    var model = try ModelBundle.load(
      self.model, registry: .all, backbones: BackboneStore(), device: common.device)
    model.decision = deciding.decision
    try model.checkDecision()

    let results = try ResultFolder(out)
    var judged: [Line] = []
    let line = ProgressLine()
    defer { line.end() }
    let summary = try PredictionRun(model: model, results: results).run(samples) {
      line.show($0)
      try Interruption.check("what was finished is in \(out)")
    } judged: { image, prediction in
      judged.append(Line(image.sample.address, prediction))
    }
    if csv { try results.write(Data(CSV(results).description.utf8), to: ResultFolder.tableName) }
    let record = RunRecord(
      command: "predict", options: options,
      facts: ["secondsPerImage": summary.millisecondsPerImage.map { .number($0 / 1000) } ?? .null])
    try results.write(record.encoded(), to: RunRecord.fileName)

    if common.json {
      try Console.result(Data(contentsOf: URL(fileURLWithPath: "\(out)/predictions.jsonl")))
    } else {
      var table = Table([
        Table.Column("score", .right), Table.Column("false alarms", .right),
        Table.Column("decision"), Table.Column("regions", .right), Table.Column("image"),
      ])
      for line in judged.sorted(by: { $0.isWorse(than: $1) }).prefix(Self.shown) {
        table.add(line.cells)
      }
      if judged.count > Self.shown {
        table.add(["...", "", "", "", "and \(judged.count - Self.shown) with lower scores"])
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
    if csv { options["csv"] = .bool(true) }
    options["images"] = .array(images.map(JSONValue.string))
    return options.merging(deciding.record) { $1 }
  }

  /// What the terminal shows of an image.
  private struct Line {
    let path: String
    let score: Float
    let isAnomalous: Bool
    let regions: Int
    let log10FalseAlarms: Double?

    init(_ path: String, _ prediction: Prediction) {
      self.path = path
      score = prediction.score
      isAnomalous = prediction.isAnomalous
      regions = prediction.regions.count
      log10FalseAlarms = prediction.log10FalseAlarms
    }

    func isWorse(than other: Line) -> Bool {
      (-(log10FalseAlarms ?? 0), score) > (-(other.log10FalseAlarms ?? 0), other.score)
    }

    var cells: [String] {
      let falseAlarms = log10FalseAlarms.map { "\(Rarity(log10FalseAlarms: $0))" }
      return [
        String(format: "%.4g", score), falseAlarms ?? "", isAnomalous ? "anomalous" : "good",
        "\(regions)", path,
      ]
    }
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
