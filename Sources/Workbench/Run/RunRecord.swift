import Foundation
import Inspection
@_exported import Records
import Torch

/// `run.json`: what was run, on what, with which result. Its top level holds the options, so that it is also a
/// configuration file that repeats the run.
package struct RunRecord {
  package static let fileName = "run.json"
  /// The member that a configuration file may have and that is no option.
  package static let recordKey = "run"

  package let command: String
  package let options: [String: JSONValue]
  package var facts: [String: JSONValue]

  package init(command: String, options: [String: JSONValue], facts: [String: JSONValue] = [:]) {
    self.command = command
    self.options = options
    self.facts = facts
  }

  package func encoded() throws -> Data {
    let machine: [String: JSONValue] = [
      "command": .string(command), "blemish": .string(PackageVersion.current),
      "libtorch": .string(Machine.torchVersion), "threads": .integer(Machine.threads),
      "processor": .string(Hardware.processor),
      "peakMemoryMB": Hardware.peakMemory.map { .number($0.rounded()) } ?? .null,
      "finished": .string(Date().formatted(.iso8601)),
    ]
    var members = options
    members[Self.recordKey] = .object(machine.merging(facts) { _, fact in fact })
    return try JSON.encode(JSONValue.object(members))
  }
}

extension [String: Double] {
  /// The numbers as JSON, rounded to what a timing can tell.
  package var asTimings: JSONValue {
    .object(mapValues { .number(($0 * 1000).rounded() / 1000) })
  }
}
