import Blemish
import CommandInterface
import Foundation
import Yams

extension OptionFile {
  /// Options in a file of YAML or JSON; the `run.json` of an earlier run is one.
  ///
  /// What the file may hold is bounded before it is looked at: options are few, and YAML's aliases can stand for more than any
  /// memory holds.
  ///
  /// - Throws: ``InspectionError`` where the file cannot be read or holds no options.
  init(contentsOf path: String) throws {
    let content = try Self.content(of: path)
    var members = try Self.json(content) ?? Self.yaml(content, path)
    members[RunRecord.recordKey] = nil
    self.init(path: path, members: members)
  }

  /// Records of long trainings hold the losses of all epochs.
  private static let sizeLimit = 16 << 20
  private static let yamlSizeLimit = 256 << 10
  /// With so few, a file cannot stand for more than forty times its length.
  private static let aliasLimit = 10
  private static let depthLimit = 20
  private static let nodeLimit = 10_000

  private static func content(of path: String) throws -> Data {
    let wanted = "give a YAML file of options, or the run.json of an earlier run"
    guard FileManager.default.fileExists(atPath: path) else {
      throw wrong(path, "there is no such file", wanted)
    }
    guard !ImageFolder.isFolder(path) else { throw wrong(path, "a folder, not a file", wanted) }
    do {
      // Pipes are welcome, so the end is found by reading, but no further than to the limit.
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      var content = Data()
      while content.count <= sizeLimit,
        let more = try file.read(upToCount: sizeLimit + 1 - content.count), !more.isEmpty
      {
        content += more
      }
      guard content.count <= sizeLimit else {
        throw wrong(path, "more than \(sizeLimit >> 20) MB, too much for options", wanted)
      }
      return content
    } catch let error as InspectionError { throw error } catch {
      throw wrong(path, "it cannot be read (\(InspectionError.reason(error)))", wanted)
    }
  }

  private static func json(_ content: Data) -> [String: JSONValue]? {
    guard content.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") else {
      return nil
    }
    // Braces may be those of YAML, whose reader names what is wrong.
    return try? JSONDecoder().decode([String: JSONValue].self, from: content)
  }

  private static func yaml(_ content: Data, _ path: String) throws -> [String: JSONValue] {
    let remedy = "write lines such as `epochs: 20`"
    guard content.count <= yamlSizeLimit else {
      throw wrong(path, "more than \(yamlSizeLimit >> 10) KB, too much for options", remedy)
    }
    guard let text = String(data: content, encoding: .utf8) else {
      throw wrong(path, "it is not UTF-8 text", remedy)
    }
    // Each `*` counts, also one that is no alias: options have few.
    guard text.count(where: { $0 == "*" }) <= aliasLimit || !text.contains("&") else {
      throw wrong(path, "more than \(aliasLimit) aliases", "write the values themselves")
    }
    let root: Node?
    do { root = try Yams.compose(yaml: text) } catch {
      let reason = "\(error)".split(separator: "\n").joined(separator: " ").prefix(200)
      throw wrong(path, "it is not YAML (\(reason))", remedy)
    }
    guard let root else { return [:] }
    var count = 0
    let value = try JSONValue(root, depth: 0) { depth in
      count += 1
      guard count <= nodeLimit else {
        throw wrong(path, "more than \(nodeLimit) values, too many for options", remedy)
      }
      guard depth <= depthLimit else {
        throw wrong(path, "values more than \(depthLimit) levels deep", remedy)
      }
    } odd: { found in
      wrong(path, found, remedy)
    }
    switch value {
    case .object(let members): return members
    case .null: return [:]
    default: throw wrong(path, "no names and values", remedy)
    }
  }

  private static func wrong(_ path: String, _ found: String, _ remedy: String) -> InspectionError {
    InspectionError(path, found: found, remedy: remedy, isUsage: true)
  }
}

extension JSONValue {
  /// - Parameter visit: is told of every node, and throws when there are too many or it lies too deep.
  fileprivate init(
    _ node: Node, depth: Int, visit: (_ depth: Int) throws -> Void,
    odd: (_ found: String) -> InspectionError
  ) throws {
    try visit(depth)
    switch node {
    case .scalar(let scalar): self = Self(scalar, node)
    case .sequence(let sequence):
      self = .array(
        try sequence.map { try JSONValue($0, depth: depth + 1, visit: visit, odd: odd) })
    case .mapping(let mapping):
      var members: [String: JSONValue] = [:]
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw odd("a list or a group of values where a name should stand")
        }
        members[name.string] = try JSONValue(value, depth: depth + 1, visit: visit, odd: odd)
      }
      self = .object(members)
    case .alias: throw odd("an alias without its anchor")
    }
  }

  /// Dates and the like are texts here.
  private init(_ scalar: Node.Scalar, _ node: Node) {
    let tag = node.tag
    if tag == Tag(.null) {
      self = .null
    } else if tag == Tag(.bool), let value = node.bool {
      self = .bool(value)
    } else if tag == Tag(.int), let value = node.int {
      self = .integer(value)
    } else if tag == Tag(.float), let value = node.float {
      self = .number(value)
    } else {
      self = .string(scalar.string)
    }
  }
}
