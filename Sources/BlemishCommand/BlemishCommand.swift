import ArgumentParser
import Blemish

struct BlemishCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blemish",
    abstract: "Finds flaws in images after seeing good ones only.",
    discussion: """
      EXAMPLE:
        blemish train --data bottle --out bottle.blemish
        blemish evaluate --model bottle.blemish --data bottle --out results
        blemish predict --model bottle.blemish new-images --out results

      Exit codes: 0 done; 1 something failed, and is named; 2 wrong usage; 130 interrupted.
      """,
    version: PackageVersion.current,
    subcommands: [
      TrainCommand.self, PredictCommand.self, EvaluateCommand.self, ReportCommand.self,
      BenchmarkCommand.self, AblateCommand.self,
      InfoCommand.self, WeightsCommand.self, DoctorCommand.self,
      BenchmarkRunCommand.self,
    ])
}
