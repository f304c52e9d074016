import ArgumentParser
import Blemish

struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "List, fetch, import and verify weights of backbones.",
    discussion: """
      EXAMPLE:
        blemish weights list
        blemish weights fetch resnet18
        blemish weights import resnet18 resnet18-f37072fd.pth
        blemish weights verify
      """,
    subcommands: [
      ListWeightsCommand.self, FetchWeightsCommand.self, ImportWeightsCommand.self,
      VerifyWeightsCommand.self,
    ])

  /// The backbones called `ids`, or all, each that is made of others as those.
  static func architectures(_ ids: [String]) throws -> [BackboneArchitecture] {
    guard !ids.isEmpty else {
      return BackboneRegistry.standard.architectures.filter(\.parts.isEmpty)
    }
    return try ids.reduce(into: []) { result, id in
      for architecture in try BackboneRegistry.standard.architecture(id).withFiles
      where !result.contains(where: { $0.id == architecture.id }) {
        result.append(architecture)
      }
    }
  }

  /// A number of bytes for a person.
  static func megabytes(_ count: Int) -> String {
    let tenths = (Double(count) / 1e5).rounded()
    return "\(tenths / 10) MB"
  }
}
