import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension AblateOptions: Work {
  func work() throws {
    try common.apply()
    let out = out ?? ""
    Interruption.watch()
    let line = ProgressLine()
    defer { line.end() }
    var study = try self.study
    study.command = try BenchmarkRunOptions.invocation
    let summary = try study.run { event in
      switch event {
      case .benchmark(let variant, .summarized(let summary)):
        try summary.write(to: "\(out)/\(variant.name)")
      case .benchmark(let variant, let event): show(event, of: variant, line)
      case .summarized(let summary): try summary.write(to: out)
      }
      try Interruption.check("what was finished is in \(out); run the same command again to resume")
    }
    let record = RunRecord(command: "ablate", options: asUsed.record)
    try AtomicFile.write(record.encoded(), to: "\(out)/\(RunRecord.fileName)")
    if common.json {
      let rows = Dictionary(
        uniqueKeysWithValues: summary.results.map { ($0.variant.name, $0.rows) })
      try Console.result(JSON.encode(rows))
    } else {
      try Console.result("\(Table(summary.table))\n\nThe summary is \(out)/summary.md")
    }
    let failed = summary.rows.count { $0.status == .failed }
    if failed > 0 {
      throw SomeInputsFailed(failed: failed, total: summary.rows.count, what: "runs failed")
    }
  }

  private var study: AblationStudy {
    get throws {
      let registry = DetectorRegistry.all
      let settings = set.members
      let home = Home.standard.path
      let sets = try data.locations.map { try BenchmarkData($0, home: home) }
      return try AblationStudy(
        of: registry.detector(detector ?? "", settings: settings),
        variants: variants?.split(separator: ",").map(String.init), registry: registry,
        folder: out ?? ""
      ) { detector in
        var plan = try BenchmarkPlan(
          detectors: [detector], data: sets, seeds: (seeds ?? standardSeeds).values.map(UInt64.init)
        )
        let size = imageSize ?? ImageSize(256)
        (plan.width, plan.height) = (size.width, size.height)
        plan.holdOut = holdOut ?? standardHoldOut
        plan.device = common.chosenDevice
        return plan
      }
    }
  }

  private func show(
    _ event: Benchmark.Event, of variant: AblationStudy.Variant, _ line: ProgressLine
  ) {
    switch event {
    case .remark(let remark):
      line.end()
      Console.remark(remark)
    case .taken(let row): Console.plain("\(variant.name): \(row.conditions.title): taken as it is")
    case .outdated(let conditions, let reason):
      Console.plain("\(variant.name): \(conditions.title): runs again, \(reason)")
    case .started(let conditions, let number, let total):
      line.end()
      Console.plain("\(variant.name): run \(number)/\(total): \(conditions.title)")
    case .progress(let progress): line.show(progress)
    case .finished(let row):
      line.end()
      let title = "\(variant.name): \(row.conditions.title)"
      if let error = row.error { Console.warning("\(title): \(error)") }
      for failure in row.failures { Console.warning("\(title): \(failure)") }
    case .summarized, .waiting: break
    }
  }

  private var asUsed: Self {
    var options = self
    options.common = common.asUsed
    options.seeds = seeds ?? standardSeeds
    options.imageSize = imageSize ?? ImageSize(256)
    options.holdOut = holdOut ?? standardHoldOut
    return options
  }
}
