import ArgumentParser
import Blemish

/// What every subcommand that computes takes.
struct CommonOptions: ParsableArguments {
  @Option(help: "Where to compute: cpu, cuda or cuda:1.")
  var device = Device.cpu

  @Option(help: ArgumentHelp("Threads of one operation; all cores if not given.", valueName: "n"))
  var threads: Int?

  @OptionGroup var output: OutputOptions

  var json: Bool { output.json }

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  /// Prepares the machine, or tells why it cannot be as asked.
  func apply() throws {
    if let threads { Machine.threads = threads }
    guard device.isAvailable else {
      throw ValidationError(
        "there is no \(device) on this machine; use --device cpu, or see `blemish doctor`")
    }
  }

  /// As they are noted in `run.json`.
  var record: [String: JSONValue] {
    var options: [String: JSONValue] = ["device": .string("\(device)")]
    if let threads { options["threads"] = .integer(threads) }
    return options
  }
}

extension Device: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  public var defaultValueDescription: String { "\(self)" }
}
