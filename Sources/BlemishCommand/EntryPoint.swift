import ArgumentParser
import Blemish
import Foundation

/// Exit codes: 0 done, 1 something failed (each failure named, the rest done), 2 the command line asks for what cannot
/// be, 130 interrupted.
@main
enum EntryPoint {
  static func main() {
    let advice = "use a smaller batch size or image size, or give the process more memory"
    TorchError.lastWords = { error in
      Console.error("\(error)\(error.kind == .outOfMemory ? "; \(advice)" : "")")
      leave(1)
    }
    Machine.endPlainlyWithoutMemory(saying: "error: memory ran out; \(advice)")
    Machine.keepFreedMemory()
    if Machine.isBusy { Machine.shareCores() }
    // A reader that goes away, as in `blemish ... | head`, ends the command quietly.
    signal(SIGPIPE, SIG_DFL)
    // A file that may not grow any further fails its write, as on a full disk, instead of ending the command.
    signal(SIGXFSZ, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    var expanded = arguments
    do {
      expanded = try ConfigurationFile.expand(arguments)
      var command = try BlemishCommand.parseAsRoot(expanded)
      try command.run()
      leave(0)
    } catch {
      let file = expanded == arguments ? nil : ConfigurationFile.path(in: arguments)
      leave(code(for: error, subcommand: arguments.first, file: file))
    }
  }

  /// Ends the command without the tidying up of libtorch, which takes a third of the time of a short command and frees
  /// what the system frees anyway.
  private static func leave(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }

  /// Says what went wrong, in one line, and gives the exit code for it.
  ///
  /// - Parameter file: where a part of the options comes from.
  private static func code(for error: any Error, subcommand: String?, file: String?) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    if let failure = error as? SomeInputsFailed {
      Console.error("\(failure)")
      return 1
    }
    if error is Interruption {
      Console.error("\(error)")
      return 130
    }
    switch BlemishCommand.exitCode(for: error) {
    case .success:
      do { try Console.result(BlemishCommand.fullMessage(for: error)) } catch {
        Console.error("\(error)")
        return 1
      }
      return 0
    case .validationFailure:
      Console.error("\(BlemishCommand.message(for: error)); \(help(subcommand, file))")
      return 2
    default:
      Console.error("\(error)")
      return (error as? InspectionError)?.isUsage == true || error is UnknownBackboneError ? 2 : 1
    }
  }

  /// Where to read how the command line should be.
  private static func help(_ subcommand: String?, _ file: String?) -> String {
    let names = BlemishCommand.configuration.subcommands.compactMap {
      $0.configuration.commandName
    }
    let known = subcommand.flatMap { names.contains($0) ? "\($0) " : nil } ?? ""
    return
      "see `blemish \(known)--help`\(file.map { ", and \($0), where options come from" } ?? "")"
  }
}
