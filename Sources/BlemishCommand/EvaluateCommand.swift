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

  @OptionGroup var deciding: DecisionOptions

  @Option(
    help: ArgumentHelp(
      "Decide by the threshold with the best F1 score on these very images (f1-max), which looks at the answers.",
      valueName: "name"))
  var decision: LabeledDecision?

  @Flag(
    help: "Count pixels in bins: memory does not grow with the images, figures have a stated error."
  )
  var boundedMemory = false

  @Flag(help: "Write predictions.csv as well, for spreadsheets.")
  var csv = false

  @OptionGroup var common: CommonOptions

  /// Decisions that take the labels to make.
  enum LabeledDecision: String, ExpressibleByArgument, CaseIterable {
    case f1Max = "f1-max"
  }

  func validate() throws {
    if decision != nil && (deciding.threshold != nil || deciding.falseAlarms != nil) {
      throw ValidationError(
        "--decision, --threshold and --false-alarms are three ways to decide: give one")
    }
  }

  func run() throws {
    try common.apply()
    Interruption.watch()
    let dataset = try Dataset.open(data, home: Home.standard.path)
    var model = try ModelBundle.load(
      self.model, registry: .all, backbones: BackboneStore(), device: common.device)
    model.decision = deciding.decision
    try model.checkDecision()
    let results = try ResultFolder(out)
    let line = ProgressLine()
    defer { line.end() }
    if decision == .f1Max {
      model.decision = try F1MaxThreshold.decision(of: model, on: dataset) {
        line.show($0)
        try Interruption.check("nothing was written yet")
      }
    }
    var clock = Stopwatch()
    let evaluation = try clock.measure("evaluation") {
      try Evaluation(of: model, on: dataset, into: results, boundedMemory: boundedMemory) {
        line.show($0)
        try Interruption.check("what was finished is in \(out)")
      }
    }
    let metrics = try JSON.encode(evaluation.metrics)
    try results.write(metrics, to: ResultFolder.metricsName)
    try results.write(
      JSON.encode(evaluation.curves, pretty: false), to: ResultFolder.curvesName)
    let report = try Report(evaluation, of: model).html()
    try results.write(Data(report.utf8), to: ResultFolder.reportName)
    if csv { try results.write(Data(CSV(results).description.utf8), to: ResultFolder.tableName) }
    let record = RunRecord(
      command: "evaluate", options: options,
      facts: [
        "metrics": try JSONValue(encoding: evaluation.metrics), "seconds": clock.seconds.asTimings,
      ])
    try results.write(record.encoded(), to: RunRecord.fileName)

    if common.json {
      try Console.result(metrics)
    } else {
      try Console.result(
        "\(evaluation.table)\n\(evaluation.maskNote.map { $0 + "\n" } ?? "")\n\(Table(evaluation.falseAlarmSection))\n\n"
          + "\(Table(evaluation.defectSection))\n\nThe report is \(out)/\(ResultFolder.reportName)")
    }
    try evaluation.predictions.throwIfSomeFailed()
  }

  private var options: [String: JSONValue] {
    var options = common.record.merging(deciding.record) { $1 }
    options["model"] = .string(model)
    options["data"] = .string(data)
    options["out"] = .string(out)
    if csv { options["csv"] = .bool(true) }
    if let decision { options["decision"] = .string(decision.rawValue) }
    if boundedMemory { options["bounded-memory"] = .bool(true) }
    return options
  }
}
