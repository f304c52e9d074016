import ArgumentParser
import Blemish
import Foundation

struct AblateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate", abstract: "Measure what the parts of a detector are worth.",
    discussion: """
      EXAMPLE:
        blemish ablate pedenet --data bottle --seeds 0,1,2 --out parts
        blemish ablate pedenet --data bottle --variants without-location,patches-32 --out parts --set epochs=5
        blemish ablate piade --data fashion-mnist:0,fashion-mnist:5 --image-size 28 --out parts

      Runs the detector as it is, and variants of it that lack a part or have another in its place, on every data set with \
      every seed. Writes summary.md, and a benchmark of each variant below its name. It may be ended at any time: the same \
      command goes on where it was. The exit code is 1 where a run failed.
      """)

  @Argument(help: ArgumentHelp("The method.", valueName: "detector"))
  var detector: String

  @Option(
    help: ArgumentHelp(
      "Folders in MVTec layout, elpv:mono, elpv:poly, or classes such as fashion-mnist:0, with commas between them; can be repeated.",
      valueName: "folders"), completion: .directory)
  var data: [String]

  @Option(
    help: ArgumentHelp(
      "Seeds of the training and of the split of the good images.", valueName: "numbers"))
  var seeds = IntegerList(argument: "0,1,2")!

  @Option(
    help: ArgumentHelp(
      "The variants beside the method as it is, with commas between them; all if not given.",
      valueName: "names"))
  var variants: String?

  @Option(
    help: ArgumentHelp("The folder to write results to.", valueName: "folder"),
    completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "Size that images are brought to, in pixels: one side, or WIDTHxHEIGHT.",
      valueName: "pixels"))
  var imageSize = ImageSize(256)

  @Option(
    help: ArgumentHelp(
      "A setting that all variants share, such as epochs=5. Can be repeated.",
      valueName: "name=value"))
  var set: [Setting] = []

  @Option(
    help: ArgumentHelp("Share of the good images held out for the decision.", valueName: "share"))
  var holdOut = 0.1

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0..<1).contains(holdOut) else {
      throw ValidationError("--hold-out must be at least 0 and below 1")
    }
    guard seeds.values.allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("--seeds must be at least 0")
    }
  }

  func run() throws {
    try common.apply()
    Interruption.watch()
    let line = ProgressLine()
    defer { line.end() }
    var study = try self.study
    study.command = try BenchmarkRunCommand.invocation
    let summary = try study.run { event in
      switch event {
      case .benchmark(let variant, .summarized(let summary)):
        try summary.write(to: "\(out)/\(variant.name)")
      case .benchmark(let variant, let event): show(event, of: variant, line)
      case .summarized(let summary): try summary.write(to: out)
      }
      try Interruption.check("what was finished is in \(out); the same command goes on from there")
    }
    let record = RunRecord(command: "ablate", options: options)
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
      let settings = Dictionary(set.map { ($0.name, $0.value) }) { _, last in last }
      let home = Home.standard.path
      let sets = try locations.map { try BenchmarkData($0, home: home) }
      return try AblationStudy(
        of: registry.detector(detector, settings: settings),
        variants: variants?.split(separator: ",").map(String.init), registry: registry,
        folder: out
      ) { detector in
        var plan = try BenchmarkPlan(
          detectors: [detector], data: sets, seeds: seeds.values.map(UInt64.init))
        (plan.width, plan.height) = (imageSize.width, imageSize.height)
        plan.holdOut = holdOut
        plan.device = common.device
        return plan
      }
    }
  }

  /// A folder may have a comma in its name.
  private var locations: [String] {
    data.flatMap { item in
      FileManager.default.fileExists(atPath: item)
        ? [item] : item.split(separator: ",").map(String.init)
    }
  }

  private func show(
    _ event: Benchmark.Event, of variant: AblationStudy.Variant, _ line: ProgressLine
  ) {
    switch event {
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

  private var options: [String: JSONValue] {
    var options = common.record
    options["detector"] = .string(detector)
    options["data"] = .array(data.map(JSONValue.string))
    options["seeds"] = .string(seeds.defaultValueDescription)
    options["out"] = .string(out)
    options["image-size"] = .string(imageSize.defaultValueDescription)
    options["hold-out"] = .number(holdOut)
    if let variants { options["variants"] = .string(variants) }
    if !set.isEmpty {
      options["set"] = .object(Dictionary(set.map { ($0.name, $0.value) }) { _, last in last })
    }
    return options
  }
}
