import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension CalibrateOptions: Work {
  /// The record of the training stays beside it.
  private static let recordName = "calibration.json"

  func work() throws {
    try common.apply()
    Interruption.watch()
    let path = (model ?? "").withoutTrailingSlashes
    let out = out?.withoutTrailingSlashes ?? path
    let dataset = try Dataset.open(
      good ?? "", home: Home.standard.path, registry: all ? .takingAll : .standard)
    for remark in dataset.remarks where remark.part != .test { Console.remark(remark) }
    // No model, no lock: one beside nothing would be left for nothing.
    _ = try ModelBundle.describe(path)
    try ModelBundle.checkTarget(out)
    let lock = try FolderLock(ofModel: out)
    defer { withExtendedLifetime(lock) {} }
    let line = ProgressLine()
    defer { line.end() }
    let unchanged = out == path ? "the model is as it was" : "no model was written"
    var run = CalibrationRun(
      try ModelBundle.load(
        path, registry: .all, backbones: BackboneStore(), device: common.chosenDevice),
      on: dataset)
    run.note = Console.remark
    run.check = { try Interruption.check(unchanged) }
    let former = run.model.calibration.imageCount
    let renewed = try run.run {
      line.show($0)
      try Interruption.check(unchanged)
    }
    var options = self
    options.common = common.asUsed
    let source = renewed.provenance.calibration
    let record = RunRecord(
      command: "calibrate", options: options.record,
      facts: ["datasetSHA256": source.map { .string($0.datasetSHA256) } ?? .null])
    try ModelBundle.save(
      renewed, to: out,
      extras: kept(of: path).merging([Self.recordName: record.encoded()]) { $1 })
    if common.json {
      try Console.result(JSON.encode(ModelBundle.describe(out)))
    } else {
      try Console.result(
        "\(out): false alarms counted on \(renewed.calibration.imageCount) good images of \(dataset.name),"
          + " before on \(former)")
    }
  }

  /// What training wrote beside the model.
  private func kept(of path: String) throws -> [String: Data] {
    let name = RunRecord.fileName
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { return [:] }
    return [name: data]
  }
}
