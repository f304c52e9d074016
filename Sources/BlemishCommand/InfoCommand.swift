import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension InfoOptions: Work {
  func work() throws {
    guard let detector else { return try answer() }
    let type = try DetectorRegistry.all.type(detector)
    let defaults = try JSONValue(encoding: type.init()).members
    if output.json {
      let settings = type.settings.map { setting in
        JSONValue.object([
          "name": .string(setting.name), "default": defaults[setting.name] ?? .null,
          "allowed": .string(setting.domain.description), "meaning": .string(setting.meaning),
        ])
      }
      try Console.result(JSON.encode(settings))
      return
    }
    var table = Table([
      Table.Column("setting"), Table.Column("default"), Table.Column("give"),
    ])
    for setting in type.settings {
      // As `--set` takes it.
      let standard =
        switch defaults[setting.name] {
        case .string(let word)?: word
        case let value?: String(decoding: try JSON.encode(value, pretty: false), as: UTF8.self)
        case nil: ""
        }
      table.add([setting.name, standard, setting.allowed])
    }
    try Console.result("\(table)")
  }
}
