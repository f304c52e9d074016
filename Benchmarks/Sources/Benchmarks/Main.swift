import Foundation
import Torch

/// Prints one JSON object, which can be set beside that of the program in `python/`; a text where the benchmark gives one.
@main
enum Main {
  static func main() {
    do {
      let given = try Arguments(CommandLine.arguments.dropFirst())
      Machine.keepFreedMemory()
      if let threads = try given.integer("threads") { Machine.threads = threads }
      let measured = try measure(given)
      if let text = measured as? String { return print(text, terminator: "") }
      let data = try JSONSerialization.data(
        withJSONObject: measured, options: [.prettyPrinted, .sortedKeys])
      print(String(decoding: data, as: UTF8.self))
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(error is Misuse ? 2 : 1)
    }
  }

  private static func measure(_ given: Arguments) throws -> Any {
    let taps = try given.integers("taps") ?? [4, 8, 16]
    // The first epoch warms up.
    let epochs = try given.integer("epochs", least: 2) ?? 4
    let batch = try given.integer("batch")
    switch given.benchmark {
    case .operators: return ["microseconds": OperatorOverhead.run()]
    case .uflow:
      return try UFlowEpoch.run(
        images: given.integer("images") ?? 209, taps: taps, epochs: epochs
      )
    case .uflowGrowth: return try UFlowEpoch.growth(taps: taps, epochs: epochs)
    case .uflowMemory: return try TrainingMemory.run(taps: taps, batchSize: batch ?? 16)
    case .predict:
      guard let model = given["model"], let image = given["image"] else {
        throw Misuse(description: "predict needs --model MODEL and --image IMAGE")
      }
      return ["milliseconds": try PredictionStages.run(model: model, image: image)]
    case .network:
      return try NetworkCost.run(
        backbone: given["backbone"] ?? "wide_resnet50_2", side: given.integer("size"), taps: taps,
        normalization: given["flow"], batch: batch ?? 1, repeats: given.integer("repeats") ?? 20)
    case .piade:
      return try PIADEStep.run(
        variant: given["variant"] ?? "compact", batch: batch, steps: given.integer("steps") ?? 60)
    case .metrics: return ["seconds": try PixelMetrics.run()]
    case .acontrario: return try RegionTestCost.run()
    case .growth:
      return try FitGrowth.run(
        detector: given["detector"] ?? "anomalyhop", data: given["data"] ?? "bottle")
    case .promises: return try Promises.run(given)
    }
  }
}

/// The command line: the name of a benchmark, and options with one value each, save for those that take several or none.
struct Arguments {
  let benchmark: Benchmark
  private var values: [String: [String]] = [:]

  enum Benchmark: String, CaseIterable {
    case operators, uflow
    case uflowGrowth = "uflow-growth"
    case uflowMemory = "uflow-memory"
    case predict, network, piade, metrics, acontrario, growth, promises

    var options: [String] {
      switch self {
      case .operators, .metrics, .acontrario: ["threads"]
      case .uflow: ["threads", "images", "taps", "epochs"]
      case .uflowGrowth: ["threads", "taps", "epochs"]
      case .uflowMemory: ["threads", "taps", "batch"]
      case .predict: ["threads", "model", "image"]
      case .network: ["threads", "backbone", "size", "taps", "flow", "batch", "repeats"]
      case .piade: ["threads", "variant", "batch", "steps"]
      case .growth: ["threads", "detector", "data"]
      case .promises:
        ["threads", "data", "out", "sizes", "seeds", "detectors", "hold-out", "table"]
      }
    }

    /// How many values an option takes.
    func values(_ option: String) -> ClosedRange<Int> {
      switch (self, option) {
      case (.promises, "data"): 1...1000
      case (.promises, "table"): 0...0
      default: 1...1
      }
    }
  }

  init(_ words: ArraySlice<String>) throws {
    guard let name = words.first, let benchmark = Benchmark(rawValue: name) else {
      let names = Benchmark.allCases.map(\.rawValue).joined(separator: ", ")
      throw Misuse(description: "name a benchmark first, one of: \(names)")
    }
    self.benchmark = benchmark
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), benchmark.options.contains(String(word.dropFirst(2))) else {
        let options = benchmark.options.map { "--\($0)" }.joined(separator: ", ")
        throw Misuse(description: "\(name) has no option \(word); it has \(options)")
      }
      let option = String(word.dropFirst(2))
      let given = rest.prefix { !$0.hasPrefix("--") }
      rest = rest.dropFirst(given.count)
      let allowed = benchmark.values(option)
      guard allowed.contains(given.count) else {
        let told =
          switch allowed.upperBound {
          case 0: "takes no value"
          case 1: "needs a value, and no more than one"
          default: "needs a value"
          }
        throw Misuse(description: "\(word) \(told)")
      }
      values[option, default: []] += given
    }
  }

  /// The value that was given last.
  subscript(_ name: String) -> String? { values[name]?.last }

  /// All values that were given; nil where the option was not.
  func list(_ name: String) -> [String]? { values[name] }

  /// Values between commas, each once.
  func names(_ name: String) throws -> [String]? {
    try self[name].map { text in
      let names = text.split(separator: ",").map(String.init)
      guard !names.isEmpty, Set(names).count == names.count else {
        throw Misuse(description: "--\(name) is \(text); give values between commas, each once")
      }
      return names
    }
  }

  func integer(_ name: String, least: Int = 1) throws -> Int? {
    try self[name].map { text in
      guard let value = Int(text), (least...1_000_000).contains(value) else {
        throw Misuse(description: "--\(name) is \(text); give a whole number, \(least) or more")
      }
      return value
    }
  }

  func integers(_ name: String) throws -> [Int]? {
    try self[name].map { text in
      let values = text.split(separator: ",").map { Int($0) }
      guard !values.isEmpty, !values.contains(nil) else {
        throw Misuse(description: "--\(name) is \(text); give whole numbers such as 4,8,16")
      }
      return values.compactMap(\.self)
    }
  }
}

/// The command line asks for what cannot be.
struct Misuse: Error, CustomStringConvertible {
  let description: String
}
