import ArgumentParser
import Glibc

package struct InfoOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tell what a model holds, or which settings a method has.",
    usage: "blemish info <model> [<options>]",
    discussion: """
      EXAMPLE:
        blemish info bottle.blemish
        blemish info uflow

      Long lists are summed up; --json has all of them. With the name of a method, its settings are listed, each with its \
      default and with the values that it may have.
      """)

  @Argument(
    help: "The folder that `blemish train` wrote, or the name of a method.", completion: .directory)
  package var model: String?

  @OptionGroup package var output: OutputOptions

  package init() {}

  package static var fields: [OptionField<Self>] {
    [
      OptionField(
        "model", \.model, need: "give the folder that `blemish train` wrote", isPositional: true)
    ] + OutputOptions.fields.within(\.output)
  }
}

package struct DoctorOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check this machine: what is there, what is missing.",
    discussion: """
      EXAMPLE:
        blemish doctor

      The exit code is 1 if something is missing that the defaults need.
      """)

  @OptionGroup package var output: OutputOptions

  package init() {}

  package static var fields: [OptionField<Self>] { OutputOptions.fields.within(\.output) }
}

package struct WeightsOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "List, fetch, import and verify weights of backbones.",
    discussion: """
      EXAMPLE:
        blemish weights list
        blemish weights fetch resnet18
        blemish weights import resnet18 resnet18-f37072fd.pth
        blemish weights verify
      """,
    subcommands: [
      ListWeightsOptions.self, FetchWeightsOptions.self, ImportWeightsOptions.self,
      VerifyWeightsOptions.self,
    ])

  package init() {}
}

package struct ListWeightsOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Tell which weights there are, and which of them are installed.",
    discussion: """
      EXAMPLE:
        blemish weights list
      """)

  @Flag(help: "Print results as JSON on standard output.")
  package var json = false

  package init() {}
}

package struct FetchWeightsOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Download published weights, and check what came.",
    discussion: """
      EXAMPLE:
        blemish weights fetch resnet18
        blemish weights fetch resnet18 --from https://mirror.example/weights/

      You can stop a download at any time; running the same command again resumes it. Proxies are taken from http_proxy, \
      https_proxy and no_proxy. Without a network, `blemish weights import` takes a file that you bring along.
      """)

  @Argument(help: "Names of backbones.", completion: .list(KnownNames.backbones))
  package var ids: [String] = []

  @Flag(help: "Fetch the weights of every backbone.")
  package var all = false

  @Option(
    help: ArgumentHelp(
      "A mirror: the URL of one file, or of a folder (ending in a slash) that has the files under their published names.",
      valueName: "url"))
  package var from: String?

  @Flag(help: "Also fetch weights that are already installed, and replace them.")
  package var replace = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds that the server may be silent.", valueName: "seconds"))
  package var timeout = 30

  package init() {}

  package func validate() throws {
    guard all != !ids.isEmpty else {
      throw ValidationError("name one backbone or more, or give --all")
    }
    guard Bounds.timeout.contains(timeout) else {
      throw ValidationError("--timeout is \(timeout); allowed: \(Bounds.timeout.allowed)")
    }
    if let from, !from.hasSuffix("/"), all || ids.count > 1 {
      throw ValidationError("--from is one file: end it with a slash if it is a folder")
    }
  }
}

package struct ImportWeightsOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take weights from a file.",
    discussion: """
      EXAMPLE:
        blemish weights import resnet18 resnet18-f37072fd.pth

      The file is the published one, or has weights of your own for the same network. It is a state dictionary or a \
      checkpoint that torch.save wrote, or safetensors.
      """)

  @Argument(help: "The name of a backbone.", completion: .list(KnownNames.backbones))
  package var id: String

  @Argument(help: "The file with the weights.", completion: .file())
  package var file: String

  @Flag(help: "Replace weights that are already installed.")
  package var replace = false

  package init() {}
}

package struct VerifyWeightsOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check that the weights that are installed are whole.",
    discussion: """
      EXAMPLE:
        blemish weights verify

      Each file is loaded, and its SHA-256 is compared with the published one. The exit code is 1 if weights are damaged, or \
      if they are neither the published file nor one that was imported.
      """)

  @Argument(help: "Names of backbones. (default: all)", completion: .list(KnownNames.backbones))
  package var ids: [String] = []

  @Flag(help: "Print results as JSON on standard output.")
  package var json = false

  package init() {}
}

extension InfoOptions {
  /// The method that is asked about; nil where it is a model.
  package var detector: String? {
    model.flatMap { KnownNames.detectors.contains($0) && access($0, F_OK) != 0 ? $0 : nil }
  }

  /// Prints what the model holds.
  package func answer() throws {
    let description = try BundleDescription(ofModel: model ?? "")
    if output.json {
      try Console.result(description.json)
    } else {
      try Console.result(description.text)
    }
  }
}
