import ArgumentParser
import Blemish

struct ImportWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take weights from a file.",
    discussion: """
      EXAMPLE:
        blemish weights import resnet18 resnet18-f37072fd.pth

      The file is the published one, or weights of your own for the same network: a state dictionary or checkpoint of \
      torch.save, or safetensors.
      """)

  @Argument(help: "The name of a backbone.", completion: .list(BackboneRegistry.standard.ids))
  var id: String

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Flag(help: "Put it in the place of other weights.")
  var replace = false

  func run() throws {
    let architecture = try BackboneRegistry.standard.architecture(id)
    guard architecture.parts.isEmpty else {
      throw ValidationError(
        "\(id) takes the weights of \(architecture.parts.map(\.id).joined(separator: " and ")):"
          + " import those")
    }
    let installed = try WeightStore().importFile(file, for: architecture, replacing: replace)
    try Console.result("\(id): \(installed)")
  }
}
