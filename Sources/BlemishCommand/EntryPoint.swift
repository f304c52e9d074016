import ArgumentParser
import Blemish
import Foundation

/// Exit codes: 0 done, 1 something failed (each failure named, the rest done), 2 the command line asks for what cannot
/// be, 130 interrupted.
@main
enum EntryPoint {
  static func main() {
    TorchError.lastWords = { error in
      Console.error(
        "\(error)\(error.kind == .outOfMemory ? "; use a smaller batch or image size" : "")")
      exit(1)
    }
    Machine.keepFreedMemory()
    // A reader that goes away, as in `blemish ... | head`, ends the command quietly.
    signal(SIGPIPE, SIG_DFL)
    do {
      let arguments = try ConfigurationFile.expand(Array(CommandLine.arguments.dropFirst()))
      var command = try BlemishCommand.parseAsRoot(arguments)
      try command.run()
    } catch {
      exit(code(for: error))
    }
  }

  /// Says what went wrong, in one line, and gives the exit code for it.
  private static func code(for error: any Error) -> Int32 {
    if let failure = error as? SomeInputsFailed {
      Console.error("\(failure)")
      return 1
    }
    if error is Interruption {
      Console.error("\(error)")
      return 130
    }
    let code = BlemishCommand.exitCode(for: error)
    if code == .success || code == .validationFailure {
      let message = BlemishCommand.fullMessage(for: error)
      if code == .success { print(message) } else { Console.plain(message) }
      return code == .success ? 0 : 2
    }
    Console.error("\(error)")
    return (error as? InspectionError)?.isUsage == true || error is UnknownBackboneError ? 2 : 1
  }
}
