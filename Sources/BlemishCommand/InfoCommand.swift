import ArgumentParser
import Blemish
import Foundation

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tell what a model holds.",
    discussion: """
      EXAMPLE:
        blemish info bottle.blemish
      """)

  @Argument(help: "The folder that `blemish train` wrote.", completion: .directory)
  var model: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let manifest = try ModelBundle.describe(model)
    guard !output.json else {
      try Console.result(JSON.encode(manifest))
      return
    }
    var table = Table([Table.Column(""), Table.Column("")])
    Self.add(manifest, named: "", to: &table)
    try Console.result("\(table)")
  }

  /// One row a leaf; `a.b` stands for the member b of a.
  private static func add(_ value: JSONValue, named name: String, to table: inout Table) {
    switch value {
    case .object(let members):
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        add(member, named: name.isEmpty ? key : "\(name).\(key)", to: &table)
      }
    default: table.add([name, value.text])
    }
  }
}

extension JSONValue {
  /// The value as a person would write it.
  var text: String {
    switch self {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(\.text).joined(separator: ", ")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }.joined(
        separator: ", ")
    }
  }
}
