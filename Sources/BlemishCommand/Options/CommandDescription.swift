import ArgumentParser
import Blemish
import Foundation

/// What a subcommand can be told, read off its declaration.
enum CommandDescription {
  enum Kind: String, Decodable { case option, flag, positional }

  private struct Tool: Decodable { let command: Command }
  private struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?
  }
  private struct Argument: Decodable {
    let kind: Kind
    let valueName: String?
    let preferredName: Name?
    struct Name: Decodable { let name: String }
  }

  /// The options, flags and inputs of a subcommand by name; empty where there is no such subcommand.
  static func options(of subcommand: String) throws -> [String: Kind] {
    let description = Data(BlemishCommand._dumpHelp().utf8)
    let tool = try JSONDecoder().decode(Tool.self, from: description)
    let command = tool.command.subcommands?.first { $0.commandName == subcommand }
    let excluded: Set = ["help", "version"]
    let named = (command?.arguments ?? []).compactMap { argument in
      (argument.preferredName?.name ?? argument.valueName).map { ($0, argument.kind) }
    }
    return Dictionary(
      named.filter { !excluded.contains($0.0) }, uniquingKeysWith: { first, _ in first })
  }
}
