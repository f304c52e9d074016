import Datasets
import Foundation
import Inspection
import Torch

/// Runs a plan into a folder: one row a run, and a summary after each for whoever writes it.
///
/// A row comes into being as a whole when its run is complete. So the benchmark may end at any time, in any way; the next
/// one takes the rows that are there and runs what is missing.
package struct Benchmark {
  package static let rowName = "row.json"
  static let modelName = "model"

  package let plan: BenchmarkPlan
  package let folder: String
  /// Whether the models stay beside their rows.
  package var keepsModels = false
  /// The program, with its first arguments, that makes each run in a process of its own, so that a run that dies costs
  /// itself alone; it is to hand its standard input to ``BenchmarkTask``. Where there is none, runs are made in this
  /// process.
  package var command: [String]?

  package enum Event {
    /// What reading a data set noticed, or a look at its training images; each is told once.
    case remark(Remark)
    /// The row of an earlier benchmark stands for the run.
    case taken(BenchmarkRow)
    /// There is a row, but it cannot stand for the run.
    case outdated(BenchmarkConditions, reason: String)
    case started(BenchmarkConditions, number: Int, total: Int)
    case progress(WorkProgress)
    /// Nothing is new: a moment to ask for an end.
    case waiting
    case finished(BenchmarkRow)
    /// There is more to sum up than before; at the beginning, the rows of earlier benchmarks.
    case summarized(BenchmarkSummary)
  }

  package init(plan: BenchmarkPlan, folder: String) {
    self.plan = plan
    self.folder = folder
  }

  /// Returns the rows in the order of the plan. A run that fails has a row that says why, and the others go on.
  ///
  /// - Throws: where the folder cannot be written to or another process has it, where a backbone or a setting would let
  ///   every run fail, or what `report` throws.
  package func run(report: @escaping (Event) throws -> Void = { _ in }) throws -> [BenchmarkRow] {
    try makeFolder()
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    let runs = try plan.runs()
    for remark in plan.data.flatMap(\.remarks) { try report(.remark(remark)) }
    var rows = [BenchmarkRow?](repeating: nil, count: runs.count)
    for (index, run) in runs.enumerated() {
      switch try state(of: run) {
      case .finished(let row):
        rows[index] = row
        try report(.taken(row))
      case .outdated(let reason): try report(.outdated(run.conditions, reason: reason))
      case .new: break
      }
    }
    func summarize() throws {
      try report(
        .summarized(
          BenchmarkSummary(plan: runs.map(\.conditions), rows: rows.compactMap(\.self))))
    }
    try summarize()
    // Runs on the same data notice the same.
    var noticed: Set<Remark> = []
    for (index, run) in runs.enumerated() where rows[index] == nil {
      try report(.started(run.conditions, number: index + 1, total: runs.count))
      let row = try perform(run) { event in
        if case .remark(let remark) = event, !noticed.insert(remark).inserted { return }
        try report(event)
      }
      rows[index] = row
      try summarize()
      try report(.finished(row))
    }
    return rows.compactMap(\.self)
  }

  private func makeFolder() throws {
    try ResultFolder.make(folder)
    try make("\(folder)/runs")
  }

  private func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InspectionError(
        path, found: "it cannot be made (\(InspectionError.reason(error)))",
        remedy: "choose another folder, free space, or mend its permissions")
    }
  }

  private enum State {
    case new
    case finished(BenchmarkRow)
    case outdated(String)
  }

  /// Whether what is in the run's folder can stand for the run.
  private func state(of run: BenchmarkRun) throws -> State {
    let path = "\(folder)/\(run.path)"
    guard let data = FileManager.default.contents(atPath: "\(path)/\(Self.rowName)") else {
      return .new
    }
    guard let row = try? JSONDecoder().decode(BenchmarkRow.self, from: data) else {
      return .outdated("its row cannot be read")
    }
    let differences = try run.conditions.differences(from: row.conditions)
    guard differences.isEmpty else {
      return .outdated("its row was made with \(differences.joined(separator: ", "))")
    }
    if row.status == .failed { return .outdated("it failed before") }
    if keepsModels, !ModelBundle.isBundle("\(path)/\(row.model ?? "none")") {
      return .outdated("its model was not kept")
    }
    return .finished(row)
  }

  /// Makes a run and writes its row.
  private func perform(_ run: BenchmarkRun, report: @escaping (Event) throws -> Void) throws
    -> BenchmarkRow
  {
    let path = "\(folder)/\(run.path)"
    try make(path)
    Temporary.sweep(path)
    let model = keepsModels ? "\(path)/\(Self.modelName)" : nil
    let row =
      if let command {
        try BenchmarkTask(run, model: model).row(by: command) { remark in
          try report(.remark(remark.about(run.data.name)))
        } report: { progress in
          try report(progress.map(Event.progress) ?? .waiting)
        }
      } else {
        try run.row(keeping: model) { remark in
          // Who asks for an end is heard at the next step.
          try? report(.remark(remark.about(run.data.name)))
        } report: { progress in
          try report(.progress(progress))
        }
      }
    let encoded = try JSON.encode(row)
    try AtomicFile.write(encoded, to: "\(path)/\(Self.rowName)")
    // As a later benchmark reads it.
    return try JSONDecoder().decode(BenchmarkRow.self, from: encoded)
  }
}

extension Remark {
  /// The remark with the name of the data set that it is about, among several.
  fileprivate func about(_ data: String) -> Remark {
    text.contains(data) ? self : Remark(severity, "\(data): \(text)", of: part)
  }
}
