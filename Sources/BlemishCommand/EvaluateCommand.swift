import ArgumentParser
import Blemish
import Foundation

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a model on labeled images, and report.",
    discussion: """
      EXAMPLE:
        blemish evaluate --model bottle.blemish --data bottle --out results

      Writes metrics.json, curves.json, report.html, and what `blemish predict` writes.
      """)

  @Option(
    help: ArgumentHelp("The folder that `blemish train` wrote.", valueName: "model"),
    completion: .directory)
  var model: String

  @Option(
    help: ArgumentHelp(
      "A folder in MVTec layout (test/good, test/<defect>), elpv:mono or elpv:poly.",
      valueName: "folder"), completion: .directory)
  var data: String

  @Option(
    help: ArgumentHelp("The folder to write results to.", valueName: "folder"),
    completion: .directory)
  var out: String

  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    Interruption.watch()
    let dataset = try Dataset.open(data, home: Home.standard.path)
    let model = try ModelBundle.load(
      self.model, registry: .all, backbones: BackboneStore(), device: common.device)
    let line = ProgressLine()
    defer { line.end() }
    var clock = Stopwatch()
    let evaluation = try clock.measure("evaluation") {
      try Evaluation(of: model, on: dataset, folder: out) {
        line.show($0)
        try Interruption.check("what was finished is in \(out)")
      }
    }
    let metrics = try JSON.encode(evaluation.metrics)
    try AtomicFile.write(metrics, to: "\(out)/metrics.json")
    try AtomicFile.write(
      JSON.encode(evaluation.curves, pretty: false), to: "\(out)/\(Evaluation.curvesName)")
    let report = "\(out)/report.html"
    try AtomicFile.write(Report(evaluation, of: model).html(), to: report)
    let record = RunRecord(
      command: "evaluate", options: options,
      facts: ["metrics": evaluation.metrics, "seconds": clock.seconds.asTimings])
    try AtomicFile.write(record.encoded(), to: "\(out)/\(RunRecord.fileName)")

    if common.json {
      try Console.result(metrics)
    } else {
      try Console.result("\(evaluation.table)\n\nThe report is \(report)")
    }
    try evaluation.predictions.throwIfSomeFailed()
  }

  private var options: [String: JSONValue] {
    common.record.merging([
      "model": .string(model), "data": .string(data), "out": .string(out),
    ]) { $1 }
  }
}
