import ArgumentParser
import Blemish
import Foundation

/// `name=value`, for a setting of the detector; the value is JSON, or text.
struct Setting: ExpressibleByArgument {
  let name: String
  let value: JSONValue

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    name = String(parts[0])
    let text = String(parts[1])
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    } catch {
      // Not JSON, so a plain word.
      value = .string(text)
    }
  }
}
