import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension BenchmarkOptions: Work {
  func work() throws {
    try common.apply()
    let out = study.out ?? ""
    Interruption.watch()
    var benchmark = Benchmark(plan: try plan, folder: out)
    benchmark.keepsModels = keepModels
    benchmark.command = try BenchmarkRunOptions.invocation
    let line = ProgressLine()
    defer { line.end() }
    let rows = try benchmark.run { event in
      line.show(event)
      if case .summarized(let summary) = event { try summary.write(to: out) }
      try Interruption.check("what was finished is in \(out); run the same command again to resume")
    }
    let record = RunRecord(command: "benchmark", options: asUsed.record)
    try AtomicFile.write(record.encoded(), to: "\(out)/\(RunRecord.fileName)")
    if common.json {
      try Console.result(JSON.encode(rows))
    } else {
      // Classes are many, and their mean is what a reader looks for.
      let summary = BenchmarkSummary(plan: rows.map(\.conditions), rows: rows)
      let table = kind == .oneClass ? Table(summary.headlines) : table(rows)
      try Console.result("\(table)\n\nThe summary is \(out)/summary.html")
    }
    try throwIfSomeFailed(rows)
  }

  private var plan: BenchmarkPlan {
    get throws {
      let registry = DetectorRegistry.all
      let published = try preset.map { try registry.preset($0) }
      let settings = set.members
      let home = Home.standard.path
      var plan = try BenchmarkPlan(
        detectors: published.map { [try registry.detector($0.detector, settings: settings)] }
          ?? BenchmarkPlan.detectors(names, settings: settings, registry: registry),
        data: locations(home).map { try BenchmarkData($0, home: home) },
        seeds: study.chosenSeeds.values.map(UInt64.init))
      plan.protocol = chosenProtocol
      let own = kind == .oneClass ? try firstImageSize(home) : nil
      let imageSize =
        imageSize ?? published.map { ImageSize($0.imageSize) } ?? own ?? ImageSize(256)
      (plan.width, plan.height) = (imageSize.width, imageSize.height)
      plan.holdOut = study.holdOut
      plan.device = common.chosenDevice
      return plan
    }
  }

  private var names: [String] {
    (detectors ?? UFlow.name).split(separator: ",").map(String.init)
  }

  private func locations(_ home: String) throws -> [String] {
    kind == .oneClass ? try classLocations(home) : study.data.locations
  }

  private func table(_ rows: [BenchmarkRow]) -> Table {
    let metrics = [Metric.imageAUROC, .pixelAUROC, .aupro]
    var table = Table(
      [
        Table.Column("detector"), Table.Column("data"), Table.Column("seed", .right),
        Table.Column("protocol"),
      ] + metrics.map { Table.Column($0.name, .right) })
    for row in rows {
      let conditions = row.conditions
      table.add(
        [
          conditions.detector, conditions.data, "\(conditions.seed)",
          row.selectedOnTestData
            ? "\(conditions.protocol), selected on test data" : "\(conditions.protocol)",
        ] + metrics.map { metric in row.metrics.map { metric.text($0[metric]) } ?? "failed" })
    }
    return table
  }

  private func throwIfSomeFailed(_ rows: [BenchmarkRow]) throws {
    let failed = rows.count { $0.status == .failed }
    if failed > 0 { throw SomeInputsFailed(failed: failed, total: rows.count, what: "runs failed") }
    let unjudged = rows.reduce(0) { $0 + $1.failures.count }
    guard unjudged > 0 else { return }
    let judged = rows.compactMap(\.metrics).flatMap { metrics in
      [Metric.goodImages, .defectiveImages].compactMap { metrics[$0] }
    }.reduce(0, +)
    throw SomeInputsFailed(failed: unjudged, total: unjudged + Int(judged))
  }

  private var chosenProtocol: BenchmarkProtocol {
    switch self.protocol {
    case .paper: .paper
    case .strict, nil: .strict
    }
  }

  /// What `--data` would be for each class of the sets in turn.
  ///
  /// - Throws: ``InspectionError`` where there is no such set.
  private func classLocations(_ home: String) throws -> [String] {
    try study.data.locations.flatMap { set in
      let names = try classes?.names ?? OneClassLocation.open(set, home: home).classes
      return names.map { "\(set):\(multimodal ? "not-" : "")\($0)" }
    }
  }

  /// The size of the first image of the first set, which is that of all of them as a rule.
  private func firstImageSize(_ home: String) throws -> ImageSize? {
    guard let set = study.data.locations.first,
      let image = try OneClassLocation.open(set, home: home).firstImage()
    else { return nil }
    return ImageSize(width: image.width, height: image.height)
  }

  private var asUsed: Self {
    var options = self
    options.common = common.asUsed
    if preset == nil { options.detectors = names.joined(separator: ",") }
    options.study = study.asUsed
    options.protocol = self.protocol ?? .strict
    return options
  }
}

extension ProgressLine {
  /// - Parameter variant: which one of an ablation it is that the event is of.
  func show(_ event: Benchmark.Event, of variant: String? = nil) {
    let prefix = variant.map { "\($0): " } ?? ""
    switch event {
    case .remark(let remark):
      end()
      Console.remark(remark)
    case .taken(let row): Console.plain("\(prefix)\(row.conditions.title): taken as it is")
    case .outdated(let conditions, let reason):
      Console.plain("\(prefix)\(conditions.title): runs again, \(reason)")
    case .started(let conditions, let number, let total):
      end()
      Console.plain("\(prefix)run \(number)/\(total): \(conditions.title)")
    case .progress(let progress): show(progress)
    case .finished(let row):
      end()
      for failure in [row.error].compactMap(\.self) + row.failures {
        Console.warning("\(prefix)\(row.conditions.title): \(failure)")
      }
    case .summarized, .waiting: break
    }
  }
}

extension StudyOptions {
  var chosenSeeds: IntegerList { seeds ?? IntegerList([0, 1, 2]) }

  /// As the run's record notes them: what was not given as it was used.
  var asUsed: Self {
    var options = self
    options.seeds = chosenSeeds
    return options
  }
}
