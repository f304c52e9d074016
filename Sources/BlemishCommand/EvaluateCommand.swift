import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension EvaluateOptions: Work {
  func work() throws {
    try common.apply()
    Interruption.watch()
    let out = out ?? ""
    let dataset = try Dataset.open(data ?? "", home: Home.standard.path)
    var model = try ModelBundle.load(
      self.model ?? "", registry: .all, backbones: BackboneStore(), device: common.chosenDevice)
    model.decision = deciding.decision
    try model.checkDecision()
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
      try Evaluation(of: model, on: dataset, folder: out, boundedMemory: boundedMemory) {
        line.show($0)
        try Interruption.check("what was finished is in \(out)")
      }
    }
    let metrics = try JSON.encode(evaluation.metrics)
    try AtomicFile.write(metrics, to: "\(out)/metrics.json")
    try AtomicFile.write(
      JSON.encode(evaluation.curves, pretty: false), to: "\(out)/\(Evaluation.curvesName)")
    let report = "\(out)/report.html"
    try AtomicFile.write(try Report(evaluation, of: model).html(), to: report)
    let record = RunRecord(
      command: "evaluate", options: asUsed.record,
      facts: ["metrics": evaluation.metrics, "seconds": clock.seconds.asTimings])
    try AtomicFile.write(record.encoded(), to: "\(out)/\(RunRecord.fileName)")

    if common.json {
      try Console.result(metrics)
    } else {
      try Console.result(
        "\(evaluation.table)\n\n\(Table(evaluation.falseAlarmSection))\n\n"
          + "\(Table(evaluation.defectSection))\n\nThe report is \(report)")
    }
    try evaluation.predictions.throwIfSomeFailed()
  }

  private var asUsed: Self {
    var options = self
    options.common = common.asUsed
    options.deciding = deciding.asUsed
    return options
  }
}
