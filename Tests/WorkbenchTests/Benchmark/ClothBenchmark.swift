import Backbones
import Datasets
import Detectors
import Fixtures
import Foundation
import Inspection
import Workbench
import WorkbenchFixtures

/// A benchmark of a small U-Flow on small data sets of cloth.
struct ClothBenchmark {
  let folder: String
  var results: String { "\(folder)/results" }
  var detector: UFlow = {
    var detector = Cloth.detector
    detector.epochs = 1
    return detector
  }()
  var data = ["linen"]
  var seeds: [UInt64] = [0]
  var `protocol` = BenchmarkProtocol.strict
  var keepsModels = false

  /// Writes weights, and a data set called `linen`.
  init(in folder: String) throws {
    self.folder = folder
    try Cloth.writeWeights(home: folder)
    try addData("linen")
  }

  func addData(_ name: String) throws {
    try Cloth.weave.writeDataset(
      to: "\(folder)/\(name)", training: 8, good: 2, torn: 2, flaw: Cloth.flaw)
  }

  func benchmark() throws -> Benchmark {
    var plan = try BenchmarkPlan(
      detectors: [detector],
      data: data.map { try BenchmarkData("\(folder)/\($0)", home: folder) }, seeds: seeds)
    (plan.width, plan.height) = (64, 64)
    plan.protocol = self.protocol
    plan.backbones = BackboneStore(home: Home(path: folder))
    var benchmark = Benchmark(plan: plan, folder: results)
    benchmark.keepsModels = keepsModels
    return benchmark
  }

  /// What a benchmark did, run by run.
  struct Log {
    var taken: [String] = []
    var outdated: [String] = []
    var started: [String] = []
    var remarks: [String] = []
    /// The last one.
    var summary: BenchmarkSummary?
  }

  /// - Parameter during: is called with every event, and may end the benchmark.
  @discardableResult
  func run(_ during: @escaping (Benchmark.Event) throws -> Void = { _ in }) throws -> (
    rows: [BenchmarkRow], log: Log
  ) {
    let notes = Notes()
    let rows = try benchmark().run { event in
      switch event {
      case .taken(let row): notes.log.taken.append(row.conditions.title)
      case .outdated(_, let reason): notes.log.outdated.append(reason)
      case .started(let conditions, _, _): notes.log.started.append(conditions.title)
      case .summarized(let summary): notes.log.summary = summary
      case .remark(let remark): notes.log.remarks.append(remark.text)
      case .progress, .waiting, .finished: break
      }
      try during(event)
    }
    return (rows, notes.log)
  }

  private final class Notes { var log = Log() }

  func rowPath(_ data: String = "linen", seed: Int = 0) -> String {
    "\(results)/runs/uflow/\(data)/seed-\(seed)/row.json"
  }

  func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
