import ArgumentParser
import Blemish
import Foundation

/// One run of a benchmark, in a process of its own: takes a ``BenchmarkTask`` on standard input, and answers on standard
/// output. Only for `blemish benchmark` and `blemish ablate`.
struct BenchmarkRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark-run", abstract: "Make one run of a benchmark.", shouldDisplay: false)

  /// How this very program is called for it.
  static var invocation: [String] {
    get throws {
      guard let program = Bundle.main.executablePath else {
        throw InspectionError(
          "blemish", found: "its own path is not known", remedy: "call it by its full path")
      }
      return [program, configuration.commandName ?? ""]
    }
  }

  func run() throws {
    let task = try BenchmarkTask(json: FileHandle.standardInput.readToEnd() ?? Data())
    try task.run(registry: .all) { try Console.result($0 + Data("\n".utf8)) }
  }
}
