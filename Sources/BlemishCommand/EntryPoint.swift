import ArgumentParser
import Blemish
import CommandInterface
import Foundation

/// The engine: the program that does what `blemish` is asked for.
///
/// Exit codes: 0 done, 1 something failed (each failure named, the rest done), 2 the command line asks for what cannot be,
/// 130 interrupted.
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
    var file: String?
    do {
      var command = try RootOptions.subcommand(arguments)
      if var options = command as? any Subcommand {
        file = options.output.config
        try options.complete(with: file.map(OptionFile.init(contentsOf:)))
        command = options
      }
      guard let work = command as? any Work else { preconditionFailure("\(command) does nothing") }
      try work.work()
      leave(0)
    } catch let error as Interruption {
      Console.error("\(error)")
      leave(130)
    } catch let error as UnknownBackboneError {
      Console.error("\(error)")
      leave(2)
    } catch {
      leave(RootOptions.report(error, arguments: arguments, file: file))
    }
  }

  /// Ends the command without the tidying up of libtorch, which takes a third of the time of a short command and frees
  /// what the system frees anyway.
  private static func leave(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }
}

/// What a subcommand does.
protocol Work {
  func work() throws
}

extension CommonOptions {
  var json: Bool { output.json }

  var chosenDevice: Device { device.flatMap { Device($0.name) } ?? .cpu }

  /// Prepares the machine, or tells why it cannot be as asked.
  func apply() throws {
    if let threads { Machine.threads = threads }
    guard chosenDevice.isAvailable else {
      throw ValidationError(
        "there is no \(chosenDevice) on this machine; use --device cpu, or see `blemish doctor`")
    }
  }

  /// As the run's record notes them: what was not given as it was used.
  var asUsed: Self {
    var options = self
    options.device = DeviceName(argument: "\(chosenDevice)")
    return options
  }
}

extension DecisionOptions {
  var decision: Decision {
    if let threshold { return .threshold(threshold) }
    guard case .falseAlarms(let standard, let null, _, _) = Decision.standard else {
      return .standard
    }
    return .falseAlarms(
      perImage: falseAlarms ?? standard, null: distribution ?? null, confidence: confidence,
      warning: warn)
  }

  var scoreKind: ScoreKind {
    switch score {
    case .own: .own
    case .common, nil: .common
    }
  }

  private var distribution: Decision.NullDistribution? {
    switch namedNull {
    case .calibrated: .calibrated
    case .theoretical: .theoretical
    case .corrected: .corrected
    case nil: nil
    }
  }

  /// As the run's record notes them.
  var asUsed: Self {
    var options = self
    guard case .falseAlarms(let perImage, let null, _, _) = decision else { return options }
    options.falseAlarms = perImage
    options.null = NullName(rawValue: null.rawValue)
    options.score = score ?? .common
    return options
  }
}

extension [String] {
  /// Data sets of a command line, with commas between them; a folder may have a comma in its name.
  var locations: [String] {
    flatMap { item in
      FileManager.default.fileExists(atPath: item)
        ? [item] : item.split(separator: ",").map(String.init)
    }
  }
}

extension Console {
  /// What was noticed about images: facts as they are, doubts as warnings.
  static func remark(_ remark: Remark) {
    switch remark.severity {
    case .fact: plain(remark.text)
    case .doubt: warning(remark.text)
    }
  }
}
