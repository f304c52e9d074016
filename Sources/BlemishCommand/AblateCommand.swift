import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension AblateOptions: Work {
  func work() throws {
    try common.apply()
    let out = study.out ?? ""
    Interruption.watch()
    let line = ProgressLine()
    defer { line.end() }
    var ablation = try self.ablation
    ablation.command = try BenchmarkRunOptions.invocation
    let summary = try ablation.run { event in
      switch event {
      case .benchmark(let variant, .summarized(let summary)):
        try summary.write(to: "\(out)/\(variant.name)")
      case .benchmark(let variant, let event): line.show(event, of: variant.name)
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

  private var ablation: AblationStudy {
    get throws {
      let registry = DetectorRegistry.all
      let settings = set.members
      let home = Home.standard.path
      let sets = try study.data.locations.map { try BenchmarkData($0, home: home) }
      return try AblationStudy(
        of: registry.detector(detector ?? "", settings: settings),
        variants: variants?.split(separator: ",").map(String.init), registry: registry,
        folder: study.out ?? ""
      ) { detector in
        var plan = try BenchmarkPlan(
          detectors: [detector], data: sets, seeds: study.chosenSeeds.values.map(UInt64.init)
        )
        let size = imageSize ?? ImageSize(256)
        (plan.width, plan.height) = (size.width, size.height)
        plan.holdOut = study.holdOut
        plan.device = common.chosenDevice
        return plan
      }
    }
  }

  private var asUsed: Self {
    var options = self
    options.common = common.asUsed
    options.study = study.asUsed
    options.imageSize = imageSize ?? ImageSize(256)
    return options
  }
}
