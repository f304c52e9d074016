import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension EvaluateOptions: Work {
  func work() throws {
    try common.apply()
    Interruption.watch()
    let out = judging.out ?? ""
    let dataset = try Dataset.open(data ?? "", home: Home.standard.path)
    for remark in dataset.remarks where remark.part != .training { Console.remark(remark) }
    var model = try ModelBundle.load(
      judging.model ?? "", registry: .all, backbones: BackboneStore(), device: common.chosenDevice)
    model.decision = judging.deciding.decision
    model.scoreKind = judging.deciding.scoreKind
    try model.checkDecision()
    if let remark = PromiseReach(model.calibration)?.doubt(of: model.decision) {
      Console.remark(remark)
    }
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
    if judging.csv {
      try results.write(Data(CSV(results).description.utf8), to: ResultFolder.tableName)
    }
    let record = RunRecord(
      command: "evaluate", options: asUsed.record,
      facts: [
        "metrics": try JSONValue(encoding: evaluation.metrics), "seconds": clock.seconds.asTimings,
        "shift": evaluation.predictions.shift?.record ?? .null,
      ])
    try results.write(record.encoded(), to: RunRecord.fileName)

    if common.json {
      try Console.result(metrics)
    } else {
      try Console.result(
        "\(evaluation.table)\n\(evaluation.maskNote.map { $0 + "\n" } ?? "")\n\(Table(evaluation.falseAlarmSection))\n\n"
          + "\(Table(evaluation.defectSection))\n\nThe report is \(out)/\(ResultFolder.reportName)")
    }
    (evaluation.maskFailures + evaluation.maskDoubts).forEach(Console.warning)
    evaluation.predictions.tellShift(model: judging.model ?? "")
    try evaluation.predictions.throwIfSomeFailed()
  }

  private var asUsed: Self {
    var options = self
    options.common = common.asUsed
    options.judging.deciding = judging.deciding.asUsed
    return options
  }
}
