import ArgumentParser
import Blemish
import Foundation
import Yams

/// Options in a YAML file. They are put before those of the command line, which so have the last word.
enum ConfigurationFile {
  private static let option = "config"

  /// The arguments with the options of `--config FILE` among them.
  ///
  /// - Throws: ``InspectionError`` where the file cannot be read or has a key that is no option.
  static func expand(_ arguments: [String]) throws -> [String] {
    guard let subcommand = arguments.first, let path = path(in: arguments) else { return arguments }
    var known = try CommandDescription.options(of: subcommand)
    // What is wrong with such a command line is not for the file to tell.
    guard known.removeValue(forKey: option) != nil else { return arguments }
    var inserted: [String] = []
    var inputs: [String] = []
    for (key, value) in try members(of: path).sorted(by: { $0.key < $1.key }) {
      if key == RunRecord.recordKey { continue }
      switch known[key] {
      case .option:
        for item in try texts(value, key: key, path: path) { inserted.append("--\(key)=\(item)") }
      case .flag:
        guard let isOn = value as? Bool else {
          throw wrong(path, "\(key) is neither true nor false", "write \(key): true")
        }
        if isOn { inserted.append("--\(key)") }
      case .positional: inputs = try texts(value, key: key, path: path)
      case nil:
        throw wrong(
          path, "the key \(key), which is no option of `blemish \(subcommand)`",
          "use one of: \(known.keys.sorted().joined(separator: ", "))")
      }
    }
    let rest = Array(arguments.dropFirst())
    // Inputs are not replaced but added to, so the command line's stand alone.
    let hasInputs = try hasPositional(rest, known)
    return [subcommand] + inserted + rest + (hasInputs ? [] : inputs)
  }

  /// The file that a command line names.
  static func path(in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument.hasPrefix("--\(option)=") { return String(argument.dropFirst(option.count + 3)) }
      if argument == "--\(option)", index + 1 < arguments.count { return arguments[index + 1] }
    }
    return nil
  }

  private static func hasPositional(
    _ arguments: [String], _ known: [String: CommandDescription.Kind]
  ) throws -> Bool {
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      guard argument.hasPrefix("-"), argument != "-" else { return true }
      let name = String(argument.drop(while: { $0 == "-" }))
      // `--name value` takes two places, `--name=value` and flags one.
      index += known[name] == .option || name == option ? 2 : 1
    }
    return false
  }

  private static func members(of path: String) throws -> [String: Any] {
    guard let data = FileManager.default.contents(atPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw wrong(
        path, isThere ? "it cannot be read" : "there is no such file",
        "give a YAML file of options, or the run.json of an earlier run")
    }
    do {
      let content = try Yams.load(yaml: String(decoding: data, as: UTF8.self))
      if content == nil { return [:] }
      if let members = content as? [String: Any] { return members }
    } catch {
      throw wrong(path, "it is not YAML (\(error))", "write lines such as `epochs: 20`")
    }
    throw wrong(path, "no names and values", "write lines such as `epochs: 20`")
  }

  /// A value as option texts: a list of numbers is one text with commas, any other list one text an item, a mapping one
  /// `name=value` a member.
  private static func texts(_ value: Any, key: String, path: String) throws -> [String] {
    switch value {
    case let list as [Any]:
      let items = try list.map { try text($0, key: key, path: path) }
      return list.allSatisfy { $0 is Int } ? [items.joined(separator: ",")] : items
    case let members as [String: Any]:
      return try members.sorted { $0.key < $1.key }.map {
        "\($0.key)=\(try text($0.value, key: key, path: path))"
      }
    case is NSNull: return []
    default: return [try text(value, key: key, path: path)]
    }
  }

  private static func text(_ value: Any, key: String, path: String) throws -> String {
    switch value {
    case let value as String: return value
    case let value as Bool: return "\(value)"
    case let value as Int: return "\(value)"
    case let value as Double: return "\(value)"
    case let list as [Any]:
      return "[\(try list.map { try text($0, key: key, path: path) }.joined(separator: ","))]"
    default: throw wrong(path, "\(key) has a value of an unknown kind", "give a number or a text")
    }
  }

  private static func wrong(_ path: String, _ found: String, _ remedy: String) -> InspectionError {
    InspectionError(path, found: found, remedy: remedy, isUsage: true)
  }
}
