import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension BenchmarkRunOptions: Work {
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

  func work() throws {
    let task = try BenchmarkTask(json: FileHandle.standardInput.readToEnd() ?? Data())
    try task.run(registry: .all) { try Console.result($0 + Data("\n".utf8)) }
  }
}
