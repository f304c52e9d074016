import Backbones
import Datasets
import Foundation
import Inspection
import Torch

/// One run of a benchmark as another process can be told of it, and how that process answers: a line of JSON for each
/// step, the last one with the row.
package struct BenchmarkTask: Codable, Sendable {
  let conditions: BenchmarkConditions
  /// What `--data` names.
  let location: String
  /// The homes of data sets and of weights.
  let home: String
  let weights: String
  /// Threads of one operation: sums depend on how they are split.
  let threads: Int
  /// Where the model is to be kept; nil where it is not.
  let model: String?

  enum Answer: Codable {
    case progress(Progress)
    case remark(isDoubt: Bool, text: String)
    case row(BenchmarkRow)

    /// What ``WorkProgress`` is, for JSON: a number that is none has no place there.
    struct Progress: Codable {
      let stage: String
      let completed: Int
      let total: Int
      let unit: String
      let names: [String]
      let values: [Double?]
    }
  }

  init(_ run: BenchmarkRun, model: String?) {
    conditions = run.conditions
    location = run.data.location
    home = run.data.home
    weights = run.backbones.weights.folder.parentFolder
    threads = Machine.threads
    self.model = model
  }

  /// Reads a task as ``json`` gives it.
  ///
  /// - Throws: ``InspectionError`` where it is none.
  package init(json: Data) throws {
    do { self = try JSONDecoder().decode(BenchmarkTask.self, from: json) } catch {
      throw InspectionError(
        "standard input", found: "it is no run of a benchmark",
        remedy: "use `blemish benchmark`, which starts its runs itself", isUsage: true)
    }
  }

  var json: Data { get throws { try JSON.encode(self, pretty: false) } }

  /// Makes the run in this process. A run that fails has a row that says why.
  ///
  /// - Parameter answer: is given one line after the other, without their ends.
  /// - Throws: what `answer` throws, or where the model cannot be kept.
  package func run(registry: DetectorRegistry, answer: @escaping (Data) throws -> Void) throws {
    Machine.threads = threads
    guard let device = Device(conditions.device) else {
      throw InspectionError(
        "device", found: conditions.device, remedy: "use cpu, or cuda:0 and so on", isUsage: true)
    }
    let run = BenchmarkRun(
      detector: try registry.detector(
        conditions.detector, settings: conditions.settings.members),
      data: try BenchmarkData(location, home: home, sha256: conditions.dataSHA256),
      conditions: conditions, device: device,
      backbones: BackboneStore(home: Home(path: weights)))
    let row = try run.row(keeping: model) { remark in
      // Who does not listen ends the run at the next step.
      try? answer(
        JSON.encode(
          Answer.remark(isDoubt: remark.severity == .doubt, text: remark.text), pretty: false))
    } report: { progress in
      try answer(JSON.encode(Answer.progress(.init(progress)), pretty: false))
    }
    try answer(JSON.encode(Answer.row(row), pretty: false))
  }
}

extension BenchmarkTask.Answer.Progress {
  fileprivate init(_ progress: WorkProgress) {
    (stage, completed, total) = (progress.stage, progress.completed, progress.total)
    unit = progress.unit
    names = progress.metrics.map(\.name)
    values = progress.metrics.map { $0.value.isFinite ? $0.value : nil }
  }

  fileprivate var value: WorkProgress {
    WorkProgress(
      stage: stage, completed: completed, total: total, unit: unit,
      metrics: zip(names, values).map { ($0, $1 ?? .nan) })
  }
}

// MARK: - The other side

extension BenchmarkTask {
  /// Lets a process of its own make the run.
  ///
  /// - Parameters:
  ///   - command: the program and its first arguments; it is to call ``run(registry:answer:)`` with what comes in.
  ///   - note: is told what the run notices of its images.
  ///   - report: is given each step, and nil now and then in between, so that it can ask for an end.
  /// - Throws: what `report` throws; the process has ended then.
  func row(
    by command: [String], note: (Remark) throws -> Void, report: (WorkProgress?) throws -> Void
  ) throws -> BenchmarkRow {
    let child = try ChildProcess(command, input: json)
    var row: BenchmarkRow?
    do {
      while true {
        switch child.next(within: .milliseconds(200)) {
        case nil: try report(nil)
        case .line(let line):
          switch try? JSONDecoder().decode(Answer.self, from: line) {
          case .progress(let progress): try report(progress.value)
          case .remark(let isDoubt, let text): try note(Remark(isDoubt ? .doubt : .fact, text))
          case .row(let answer): row = answer
          // What a library prints is no answer.
          case nil: break
          }
        case .ended(let ending):
          // Who asked for an end has asked the child too, as with Ctrl-C: that is no failure of the run.
          try report(nil)
          return row ?? BenchmarkRow(conditions, .failed, error: ending.reason)
        }
      }
    } catch {
      child.end()
      throw error
    }
  }
}
