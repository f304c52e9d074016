import ArgumentParser
import Blemish
import Foundation

struct FetchWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Download published weights, and check what came.",
    discussion: """
      EXAMPLE:
        blemish weights fetch resnet18
        blemish weights fetch resnet18 wide_resnet50_2 --from https://mirror.example/weights/

      A download that was ended goes on where it was. Proxies are taken from http_proxy, https_proxy and no_proxy. \
      Without a network, `blemish weights import` takes a file that was brought along.
      """)

  @Argument(help: "Names of backbones.", completion: .list(BackboneRegistry.standard.ids))
  var ids: [String] = []

  @Flag(help: "Fetch the weights of every backbone.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "A mirror: the URL of a folder with files under their published names, ending in a slash, or of one file.",
      valueName: "url"))
  var from: String?

  @Flag(help: "Fetch weights that are there already, too, and put them in their place.")
  var replace = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds that the server may be silent.", valueName: "seconds"))
  var timeout = 30

  func validate() throws {
    guard all != !ids.isEmpty else {
      throw ValidationError("name one backbone or more, or give --all")
    }
    guard timeout > 0 else { throw ValidationError("--timeout must be at least 1") }
    if let from, !from.hasSuffix("/"), all || ids.count > 1 {
      throw ValidationError("--from is one file: end it in a slash where it is a folder")
    }
  }

  func run() throws {
    let architectures = try WeightsCommand.architectures(ids)
    // A server that hangs up must not end the command.
    signal(SIGPIPE, SIG_IGN)
    Interruption.watch()
    var failures: [any Error] = []
    for architecture in architectures {
      do { try fetch(architecture) } catch let error as Interruption { throw error } catch {
        guard architectures.count > 1 else { throw error }
        Console.warning("\(error)")
        failures.append(error)
      }
    }
    guard failures.isEmpty else {
      throw SomeInputsFailed(
        failed: failures.count, total: architectures.count, what: "weights were not fetched")
    }
  }

  private func fetch(_ architecture: BackboneArchitecture) throws {
    let line = ProgressLine()
    defer { line.end() }
    var shown = 0
    let installed = try WeightStore().fetch(
      architecture, from: from, replacing: replace, patience: .seconds(timeout)
    ) { count, total in
      // Nobody can tell how much there is left of an unknown size.
      if let total, count > shown {
        shown = count
        let megabytes = (total + 999_999) / 1_000_000
        line.show(
          WorkProgress(
            stage: "fetching \(architecture.id)",
            completed: count == total ? megabytes : min(count / 1_000_000, megabytes - 1),
            total: megabytes, unit: "MB"))
      }
      try Interruption.check("what has come is kept: the same command goes on with it")
    }
    line.end()
    try Console.result("\(architecture.id): \(installed)")
  }
}
