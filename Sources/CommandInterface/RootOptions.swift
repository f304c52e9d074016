import ArgumentParser
import Records

/// The command line as a whole.
package struct RootOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "blemish",
    abstract: "Finds flaws in images after seeing good ones only.",
    discussion: """
      EXAMPLE:
        blemish train --data bottle --out bottle.blemish
        blemish evaluate --model bottle.blemish --data bottle --out report
        blemish predict --model bottle.blemish new-images --out judged

      Exit codes: 0 done; 1 something failed, and is named; 2 wrong usage; 130 interrupted.
      """,
    version: PackageVersion.current,
    subcommands: [
      TrainOptions.self, PredictOptions.self, EvaluateOptions.self, CalibrateOptions.self,
      ReportOptions.self, BenchmarkOptions.self, AblateOptions.self, InfoOptions.self,
      WeightsOptions.self, DoctorOptions.self, BenchmarkRunOptions.self,
    ])

  package init() {}

  /// What a command line asks for, not yet complete where it names a file of options.
  package static func subcommand(_ arguments: [String]) throws -> any ParsableCommand {
    var command = try parseAsRoot(arguments)
    switch command {
    case is any Subcommand, is ListWeightsOptions, is FetchWeightsOptions, is ImportWeightsOptions,
      is VerifyWeightsOptions, is BenchmarkRunOptions:
      return command
    default:
      // Help and completion scripts are the parser's own, and come as an error.
      try command.run()
      return command
    }
  }
}

/// The work is done but for some inputs, each of which has been named or, where it is one alone, is named here.
package struct SomeInputsFailed: Error, CustomStringConvertible {
  private let failed: Int
  private let total: Int
  private let what: String
  private let reason: String?

  package init(
    failed: Int, total: Int, what: String = "images could not be judged", reason: String? = nil
  ) {
    self.failed = failed
    self.total = total
    self.what = what
    self.reason = reason
  }

  package var description: String {
    "\(reason.map { $0 + "; " } ?? "")\(failed) of \(total) \(what)"
  }
}

extension RootOptions {
  /// Says what went wrong, in one line, and gives the exit code for it: 1 something failed, 2 the command line asks for what
  /// cannot be. Help that was asked for counts as an error here, with code 0.
  ///
  /// - Parameter file: where a part of the options comes from.
  package static func report(_ error: any Error, arguments: [String], file: String? = nil) -> Int32
  {
    if let code = error as? ExitCode { return code.rawValue }
    switch exitCode(for: error) {
    case .success:
      do { try Console.result(fullMessage(for: error)) } catch {
        Console.error("\(error)")
        return 1
      }
      return 0
    case .validationFailure:
      let known = subcommands[arguments.first ?? ""]
      var message = message(for: error)
      if let allowed = known?.allowed(forOptionIn: message) { message += " (allowed: \(allowed))" }
      let help = known.map { "\($0.configuration.commandName ?? "") --help" } ?? "--help"
      let source = file.map { ", and \($0), where options come from" } ?? ""
      Console.error("\(message); see `blemish \(help)`\(source)")
      return 2
    default:
      Console.error("\(error)")
      return (error as? InspectionError)?.isUsage == true ? 2 : 1
    }
  }

  private static var subcommands: [String: any ParsableCommand.Type] {
    Dictionary(
      uniqueKeysWithValues: configuration.subcommands.map {
        ($0.configuration.commandName ?? "", $0)
      })
  }
}

extension ParsableCommand {
  /// What is allowed for the option that a message of the parser calls invalid.
  fileprivate static func allowed(forOptionIn message: String) -> String? {
    guard let type = self as? any Subcommand.Type else { return nil }
    return type.allowedValues(forOptionIn: message)
  }
}

extension Subcommand {
  fileprivate static func allowedValues(forOptionIn message: String) -> String? {
    // The parser lists the names of an enumeration by itself.
    guard !message.contains("Please provide") else { return nil }
    let words = message.split { " '".contains($0) }
    guard let place = words.firstIndex(of: "invalid"), place + 2 < words.count else { return nil }
    let name = words[place + 2].drop { "-<".contains($0) }.prefix { $0 != ">" }
    return fields.first { $0.key == name || $0.aliases.contains(String(name)) }?.allowed
  }
}
