import ArgumentParser
import Blemish

struct ListWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Tell which weights there are, and which are installed.",
    discussion: """
      EXAMPLE:
        blemish weights list
      """)

  @Flag(help: "Print results as JSON on standard output.")
  var json = false

  func run() throws {
    let store = WeightStore()
    let rows = try WeightsCommand.architectures([]).map { architecture in
      let file = try? store.file(for: architecture)
      return (architecture, file, try file?.byteCount() ?? architecture.published.byteCount)
    }
    if json {
      let objects = rows.map { architecture, file, size in
        let published = architecture.published
        return JSONValue.object([
          "id": .string(architecture.id), "path": file.map { .string($0.path) } ?? .null,
          "bytes": size.map(JSONValue.integer) ?? .null, "license": .string(published.license),
          "source": .string(published.address),
          "member": published.member.map(JSONValue.string) ?? .null,
          "sha256": published.sha256.map(JSONValue.string) ?? .null,
        ])
      }
      try Console.result(JSON.encode(objects))
      return
    }
    var table = Table([
      Table.Column("backbone"), Table.Column("installed"), Table.Column("size", .right),
      Table.Column("licence"), Table.Column("SHA-256"), Table.Column("source"),
    ])
    for (architecture, file, size) in rows {
      let published = architecture.published
      table.add([
        architecture.id, file == nil ? "" : "yes",
        size.map(WeightsCommand.megabytes) ?? "unknown", published.license,
        published.sha256.map { "\($0.prefix(8))..." } ?? "unpublished", published.address,
      ])
    }
    try Console.result("\(table)\nin \(store.folder)")
  }
}
