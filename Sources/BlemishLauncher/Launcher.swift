import CommandInterface
import Glibc
import Records

/// The program `blemish`: small, and quick to start. It reads the command line, answers what needs no tensors (help, the
/// version, what a model holds, mistakes), and hands all else to the engine, which libtorch is linked to.
@main
enum Launcher {
  static func main() {
    // A reader that goes away, as in `blemish ... | head`, ends the command quietly.
    signal(SIGPIPE, SIG_DFL)
    // A file that may not grow any further fails its write, as on a full disk, instead of ending the command.
    signal(SIGXFSZ, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      let command = try RootOptions.subcommand(arguments)
      if var command = command as? any Subcommand {
        // Options from a file are for the engine to read: YAML takes more than this program has, and a pipe is read once.
        guard command.output.config == nil else { try Engine.start(arguments) }
        try command.complete()
        if let info = command as? InfoOptions, info.detector == nil {
          try info.answer()
          exit(0)
        }
      }
      try Engine.start(arguments)
    } catch {
      exit(RootOptions.report(error, arguments: arguments))
    }
  }
}

/// The program that does the work.
private enum Engine {
  /// Puts the engine in the place of this program.
  ///
  /// It lies beside this program itself, whatever link that was started by, and is never looked for on the path.
  static func start(_ arguments: [String]) throws -> Never {
    let path = folder + "/blemish-engine"
    let words: [UnsafeMutablePointer<CChar>?] = (["blemish"] + arguments).map { strdup($0) } + [nil]
    execv(path, words)
    let isMissing = errno == ENOENT
    throw InspectionError(
      path, found: isMissing ? "there is no such file" : String(cString: strerror(errno)),
      remedy: isMissing
        ? "build or install all of Blemish: `swift build` makes both programs, `make install` copies them"
        : "make it a program that you may run, or install Blemish again")
  }

  private static var folder: String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    let path =
      count > 0
      ? String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
      : CommandLine.arguments[0]
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
