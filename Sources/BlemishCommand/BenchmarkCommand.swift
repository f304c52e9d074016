import ArgumentParser
import Blemish
import Foundation

struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Train and measure detectors on data sets over seeds.",
    discussion: """
      EXAMPLE:
        blemish benchmark --data bottle,screw --seeds 0,1,2 --out results
        blemish benchmark --preset anomalyhop/mvtec/bottle --data bottle --protocol paper --out bottle
        blemish benchmark --detectors uflow --data elpv:mono --out cells --set taps=[16,32] --protocol paper
        blemish benchmark one-class --data fashion-mnist --detector piade --classes 0-9 --seeds 0,1,2 --out clothes

      Writes summary.md, summary.csv and summary.html anew after every run, and one row a run below runs. It may be ended \
      at any time: the same command goes on where it was, and rows that were made with the same settings, data and \
      version are taken as they are. The exit code is 1 where a run failed.

      With one-class, the classes of a labeled set are good in turn: a method learns from the training images of one and \
      judges the whole test split, where all other classes are defective. Sets are mnist, fashion-mnist, emnist-letters \
      (and its other parts), cifar-10 and coil-100 below the data folder of Blemish's home, or folders with such files.
      """)

  @Argument(
    help: ArgumentHelp(
      "one-class: each class of a labeled set against the others; products if not given.",
      valueName: "kind"))
  var kind: BenchmarkKind?

  @Option(
    name: [.long, .customLong("detector")],
    help: ArgumentHelp(
      "The methods, with commas between them; \(UFlow.name) if not given.", valueName: "names"))
  var detectors: String?

  @Option(
    help: ArgumentHelp(
      "A method with the settings that its authors published for a product, such as anomalyhop/mvtec/bottle.",
      valueName: "name"))
  var preset: String?

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
      "strict: no test image influences anything. paper: as the authors did, with the epoch selected on test data.",
      valueName: "name"))
  var `protocol` = BenchmarkProtocol.strict

  @Option(
    help: ArgumentHelp("The folder to write results to.", valueName: "folder"),
    completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "Size that images are brought to, in pixels: one side, or WIDTHxHEIGHT; 256, the preset's, or with one-class the images' own, if not given.",
      valueName: "pixels"))
  var imageSize: ImageSize?

  @Option(
    help: ArgumentHelp(
      "A setting of the methods, such as epochs=20; uflow.epochs=20 for one of them. Can be repeated.",
      valueName: "name=value"))
  var set: [Setting] = []

  @Option(
    help: ArgumentHelp("Share of the good images held out for the decision.", valueName: "share"))
  var holdOut = 0.1

  @Flag(help: "Keep the model of each run beside its row.")
  var keepModels = false

  @OptionGroup var oneClass: OneClassOptions

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard kind == .oneClass || !oneClass.isGiven else {
      throw ValidationError(
        "--classes and --multimodal belong to `blemish benchmark \(BenchmarkKind.oneClass.rawValue)`"
      )
    }
    guard (0..<1).contains(holdOut) else {
      throw ValidationError("--hold-out must be at least 0 and below 1")
    }
    guard seeds.values.allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("--seeds must be at least 0")
    }
    guard preset == nil || detectors == nil else {
      throw ValidationError("--preset names the method already: leave --detectors out")
    }
  }

  func run() throws {
    try common.apply()
    Interruption.watch()
    var benchmark = Benchmark(plan: try plan, folder: out)
    benchmark.keepsModels = keepModels
    benchmark.command = try BenchmarkRunCommand.invocation
    let line = ProgressLine()
    defer { line.end() }
    let rows = try benchmark.run { event in
      show(event, line)
      if case .summarized(let summary) = event { try summary.write(to: out) }
      try Interruption.check("what was finished is in \(out); the same command goes on from there")
    }
    let record = RunRecord(command: "benchmark", options: options)
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
      let settings = Dictionary(set.map { ($0.name, $0.value) }) { _, last in last }
      let home = Home.standard.path
      var plan = try BenchmarkPlan(
        detectors: published.map { [try registry.detector($0.detector, settings: settings)] }
          ?? BenchmarkPlan.detectors(names, settings: settings, registry: registry),
        data: locations(home).map { try BenchmarkData($0, home: home) },
        seeds: seeds.values.map(UInt64.init))
      plan.protocol = self.protocol
      let own = kind == .oneClass ? try oneClass.imageSize(places, home: home) : nil
      let imageSize =
        imageSize ?? published.map { ImageSize($0.imageSize) } ?? own ?? ImageSize(256)
      (plan.width, plan.height) = (imageSize.width, imageSize.height)
      plan.holdOut = holdOut
      plan.device = common.device
      return plan
    }
  }

  private var names: [String] {
    (detectors ?? UFlow.name).split(separator: ",").map(String.init)
  }

  private func locations(_ home: String) throws -> [String] {
    kind == .oneClass ? try oneClass.locations(places, home: home) : places
  }

  /// A folder may have a comma in its name.
  private var places: [String] {
    data.flatMap { item in
      FileManager.default.fileExists(atPath: item)
        ? [item] : item.split(separator: ",").map(String.init)
    }
  }

  private func show(_ event: Benchmark.Event, _ line: ProgressLine) {
    switch event {
    case .taken(let row): Console.plain("\(row.conditions.title): taken as it is")
    case .outdated(let conditions, let reason):
      Console.plain("\(conditions.title): runs again, \(reason)")
    case .started(let conditions, let number, let total):
      line.end()
      Console.plain("run \(number)/\(total): \(conditions.title)")
    case .progress(let progress): line.show(progress)
    case .finished(let row):
      line.end()
      if let error = row.error { Console.warning("\(row.conditions.title): \(error)") }
      for failure in row.failures { Console.warning("\(row.conditions.title): \(failure)") }
    case .summarized, .waiting: break
    }
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

  private var options: [String: JSONValue] {
    var options = common.record
    if let preset {
      options["preset"] = .string(preset)
    } else {
      options["detectors"] = .string(names.joined(separator: ","))
    }
    if let kind { options["kind"] = .string(kind.rawValue) }
    if let classes = oneClass.classes {
      options["classes"] = .string(classes.defaultValueDescription)
    }
    if oneClass.multimodal { options["multimodal"] = .bool(true) }
    options["data"] = .array(data.map(JSONValue.string))
    options["seeds"] = .string(seeds.defaultValueDescription)
    options["protocol"] = .string(self.protocol.rawValue)
    options["out"] = .string(out)
    if let imageSize { options["image-size"] = .string(imageSize.defaultValueDescription) }
    options["hold-out"] = .number(holdOut)
    if !set.isEmpty {
      options["set"] = .object(Dictionary(set.map { ($0.name, $0.value) }) { _, last in last })
    }
    if keepModels { options["keep-models"] = .bool(true) }
    return options
  }
}

extension BenchmarkProtocol: ExpressibleByArgument {}
