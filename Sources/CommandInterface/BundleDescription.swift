import FoundationEssentials
import Glibc
import Records

/// What a model bundle says of itself, read from its manifest alone: no tensors, no weights.
package struct BundleDescription {
  package let manifest: JSONValue

  private static let schema = 3
  /// Version 0.1 wrote the second.
  private static let schemas = 2...schema
  /// Manifests have a hundred kilobytes.
  private static let sizeLimit = 64 << 20
  private static let members = [
    "detector", "settings", "preprocessing", "calibration", "provenance", "tensorsSHA256",
  ]

  /// - Throws: ``InspectionError`` where `path` is no model, or not any more.
  package init(ofModel path: String) throws {
    let file = "\(path)/manifest.json"
    let data = try Self.content(of: file, model: path)
    func damaged(_ found: String) -> InspectionError {
      InspectionError(
        file, found: found,
        remedy:
          "the bundle is damaged: copy it again from where it was trained, or train it anew")
    }
    do { manifest = try JSONDecoder().decode(JSONValue.self, from: data) } catch {
      throw damaged("it is not JSON")
    }
    guard case .object = manifest else { throw damaged("it is no JSON object") }
    guard case .integer(let schema)? = manifest.members["schema"] else {
      throw damaged("schema is missing or no number")
    }
    guard Self.schemas.contains(schema) else {
      throw InspectionError(
        file, found: "schema \(schema), this version reads schema \(Self.schema)",
        remedy: schema > Self.schema
          ? "update Blemish, or train the model anew" : "train the model anew")
    }
    for name in Self.members where manifest.members[name] == nil {
      throw damaged("\(name) is missing")
    }
    for side in ["width", "height"] {
      guard case .integer(let pixels)? = manifest.members["preprocessing"]?.members[side],
        Bounds.imageSide.contains(pixels)
      else { throw damaged("preprocessing.\(side) is no size of an image") }
    }
  }

  private static func content(of file: String, model path: String) throws -> Data {
    func wrong(_ subject: String, _ found: String, isUsage: Bool = true) -> InspectionError {
      InspectionError(
        subject, found: found,
        remedy: isUsage
          ? "give the folder that `blemish train` wrote"
          : "make it readable, or copy the model again", isUsage: isUsage)
    }
    func reason() -> String { String(cString: strerror(errno)) }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? wrong(path, "there is no such folder")
        : wrong(path, "it cannot be read (\(reason()))", isUsage: false)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw wrong(path, "a file, not a folder") }
    // A pipe without a writer would keep the command waiting.
    let descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? wrong(path, "no manifest.json in it")
        : wrong(file, "it cannot be read (\(reason()))", isUsage: false)
    }
    defer { close(descriptor) }
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw wrong(file, "it is no regular file", isUsage: false)
    }
    guard status.st_size <= sizeLimit else {
      throw wrong(file, "\(status.st_size) bytes, too many for a manifest", isUsage: false)
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if read < 0 && errno == EINTR { continue }
      guard read > 0 else { break }
      count += read
    }
    return Data(bytes.prefix(count))
  }

  /// All of it.
  package var json: Data { get throws { try JSON.encode(manifest) } }

  /// One line a leaf, `a.b` for the member b of a; long lists are summed up.
  package var text: String {
    var rows: [(name: String, value: String)] = []
    Self.add(manifest, named: "", to: &rows)
    let hidden = rows.count - Self.rowLimit
    if hidden > 0 {
      rows = rows.prefix(Self.rowLimit) + [("...", "and \(hidden) more; --json has all")]
    }
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { name, value in
      let line = name + String(repeating: " ", count: width - name.count) + "  " + value
      return Console.shown(line)
    }.joined(separator: "\n")
  }

  private static let rowLimit = 400
  private static let nameLimit = 80
  private static let valueLimit = 160
  /// Items of a list that are shown one by one.
  private static let itemLimit = 8

  private static func add(
    _ value: JSONValue, named name: String, to rows: inout [(name: String, value: String)]
  ) {
    if case .object(let members) = value, !members.isEmpty {
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        add(member, named: name.isEmpty ? key : "\(name).\(key)", to: &rows)
      }
    } else if case .array(let items) = value, items.areFewRecords {
      for (number, item) in items.enumerated() {
        rows.append(("\(name).\(number + 1)".cut(to: nameLimit), item.text.cut(to: valueLimit)))
      }
    } else {
      rows.append((name.cut(to: nameLimit), summary(value)))
    }
  }

  private static func summary(_ value: JSONValue) -> String {
    guard case .array(let items) = value else { return value.text.cut(to: valueLimit) }
    let texts = items.map(\.text)
    let whole = texts.joined(separator: ", ")
    if items.count <= itemLimit, whole.count <= valueLimit { return whole }
    let numbers = items.compactMap(\.asNumber)
    if numbers.count == items.count, let least = numbers.min(), let most = numbers.max() {
      let start = texts.prefix(3).joined(separator: ", ")
      return "\(start), ... (\(items.count) numbers from \(least) to \(most))".cut(to: valueLimit)
    }
    let keys = Set(items.flatMap(\.members.keys)).sorted().joined(separator: ", ")
    return "\(items.count) entries\(keys.isEmpty ? "" : " of \(keys)")".cut(to: valueLimit)
  }
}

extension String {
  fileprivate func cut(to limit: Int) -> String {
    count > limit ? prefix(limit - 3) + "..." : self
  }
}

extension [JSONValue] {
  /// Whether each is worth a line: few objects that tell something in words, and hold neither lists nor objects.
  fileprivate var areFewRecords: Bool {
    guard !isEmpty, count <= 8 else { return false }
    return allSatisfy { item in
      guard case .object(let members) = item else { return false }
      var hasWords = false
      for value in members.values {
        switch value {
        case .array, .object: return false
        case .string: hasWords = true
        default: break
        }
      }
      return hasWords
    }
  }
}

extension JSONValue {
  fileprivate var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value as a person would write it.
  fileprivate var text: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(\.text).joined(separator: ", ")
    case .object(let members) where members.isEmpty: "none"
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
        .joined(separator: ", ")
    }
  }
}
