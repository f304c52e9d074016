import Foundation
import Inspection

/// Who says which good images go together, so that they are never learnt from and held out at once.
public enum ImageGrouping: Sendable, Hashable {
  /// Near-equal images are found by their looks and the order of their names.
  case found
  /// Every image stands for itself, but for copies of one file.
  case separate
  /// A file of lines `image,group`.
  case file(String)
  /// A regular expression whose one pair of parentheses names the group, as `take(\d+)_`. It is looked for in the file's name, or
  /// where it has a slash in the path below the data set.
  case pattern(String)

  /// As a person writes it: `found`, `none`, the path of a file, or a pattern.
  ///
  /// - Throws: ``InspectionError`` where it is none of them.
  public init(_ text: String) throws {
    switch text {
    case "found": self = .found
    case "none": self = .separate
    case _ where FileManager.default.fileExists(atPath: text): self = .file(text)
    case _ where text.contains("("): self = .pattern(text)
    default:
      throw InspectionError(
        Self.option, found: "there is no file \(text), and a pattern has one pair of parentheses",
        remedy: #"give a file of lines `image,group`, a pattern such as 'take(\d+)_', or none"#,
        isUsage: true)
    }
  }

  static let option = "--groups"

  /// What a person knows it by.
  var source: String {
    switch self {
    case .found: "their looks"
    case .separate: "none"
    case .file(let path): path
    case .pattern(let pattern): "'\(pattern)'"
    }
  }

  /// The group's name of each sample; nil where no person has named them.
  ///
  /// - Throws: ``InspectionError`` that names the file and the line, or the samples without a group.
  func labels(of samples: [Sample]) throws -> [String]? {
    switch self {
    case .found, .separate: nil
    case .file(let path): try GroupTable(path).labels(of: samples)
    case .pattern(let pattern): try Self.labels(pattern, samples)
    }
  }

  private static func labels(_ pattern: String, _ samples: [Sample]) throws -> [String] {
    let subject = "\(option) '\(pattern)'"
    let expression: Regex<AnyRegexOutput>
    do { expression = try Regex(pattern) } catch {
      throw InspectionError(
        subject, found: "no regular expression (\(error))",
        remedy: #"give one such as 'take(\d+)_'"#, isUsage: true)
    }
    var labels: [String?] = []
    for sample in samples {
      let name = pattern.contains("/") ? sample.name : sample.fileName
      guard let match = try expression.firstMatch(in: name) else {
        labels.append(nil)
        continue
      }
      guard match.output.count == 2 else {
        throw InspectionError(
          subject, found: "\(match.output.count - 1) pairs of parentheses",
          remedy: "put one around what names the group; (?:...) is for others", isUsage: true)
      }
      labels.append(match.output[1].substring.map(String.init))
    }
    return try complete(labels, samples, subject, whatFits: "a pattern that fits every file's name")
  }

  /// Throws where a sample has no group.
  static func complete(
    _ labels: [String?], _ samples: [Sample], _ subject: String, whatFits: String
  ) throws -> [String] {
    let without = zip(labels, samples).filter { $0.0 == nil }.map(\.1.name)
    guard !without.isEmpty else { return labels.compactMap(\.self) }
    throw InspectionError(
      subject,
      found: without.count == samples.count
        ? "it names the group of none of the \(samples.count) good images (\(ImageListing.some(without)))"
        : "\(without.count) of \(samples.count) good images have no group (\(ImageListing.some(without)))",
      remedy: "give \(whatFits)", isUsage: true)
  }
}

extension Sample {
  /// The last part of its name.
  var fileName: String { name.split(separator: "/").last.map(String.init) ?? name }
}

/// Groups by the names of images, as a person has written them down: a line `image,group` each.
struct GroupTable {
  private let path: String
  /// Group and line by what a line calls the image.
  private var rows: [String: (group: String, line: Int)] = [:]

  /// - Throws: ``InspectionError`` that names the file and the line.
  init(_ path: String) throws {
    self.path = path
    let content: Data
    do { content = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw InspectionError(
        path, found: "it cannot be read", remedy: "give a file of lines `image,group`",
        isUsage: true)
    }
    guard let text = String(data: content, encoding: .utf8) else {
      throw InspectionError(path, found: "it is not in UTF-8", remedy: "save it as UTF-8")
    }
    let lines = text.trimmingPrefix("\u{FEFF}")
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      guard !line.isEmpty else { continue }
      let fields = try Self.fields(line, at: "\(path), line \(index + 1)")
      if rows.isEmpty, Self.isHeader(fields) { continue }
      let name = fields.name.hasPrefix("./") ? String(fields.name.dropFirst(2)) : fields.name
      if let other = rows[name], other.group != fields.group {
        throw InspectionError(
          "\(path), line \(index + 1)",
          found: "\(name) is in group \(fields.group), in line \(other.line) in \(other.group)",
          remedy: "leave one of the lines")
      }
      rows[name] = rows[name] ?? (fields.group, index + 1)
    }
    guard !rows.isEmpty else {
      throw InspectionError(
        path, found: "no line `image,group` in it", remedy: "give a line for each good image")
    }
  }

  private static func isHeader(_ fields: (name: String, group: String)) -> Bool {
    let first = fields.name.lowercased()
    return fields.group.lowercased() == "group"
      || ["name", "image", "file", "filename", "path"].contains(first)
  }

  /// Two fields with a comma between them; one with a comma in it stands in double quotes.
  private static func fields(_ line: String, at place: String) throws -> (
    name: String, group: String
  ) {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    fields = fields.map { $0.trimmingCharacters(in: .whitespaces) }
    guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty, !isQuoted else {
      throw InspectionError(
        place,
        found: isQuoted
          ? "a quotation mark without its other"
          : fields.count == 2
            ? "an empty column" : "\(fields.count) \(fields.count == 1 ? "column" : "columns")",
        remedy: "write two, `image,group`, with double quotes around one that has a comma in it")
    }
    return (fields[0], fields[1])
  }

  /// The group of each sample: by its path below the data set, its whole path, or as much of the path's end as the file gives.
  ///
  /// - Throws: ``InspectionError`` that names the samples without a group.
  func labels(of samples: [Sample]) throws -> [String] {
    var users: [String: String] = [:]
    let labels = try samples.map { sample -> String? in
      guard let name = Self.names(of: sample).first(where: { rows[$0] != nil }),
        let row = rows[name]
      else { return nil }
      if let other = users[name] {
        throw InspectionError(
          "\(path), line \(row.line)", found: "\(name) may be \(other) or \(sample.name)",
          remedy: "write the path below the data set")
      }
      users[name] = sample.name
      return row.group
    }
    return try ImageGrouping.complete(
      labels, samples, path, whatFits: "a line `image,group` for each")
  }

  /// What may name a sample, the most exact first.
  private static func names(of sample: Sample) -> [String] {
    let whole = sample.record == nil ? sample.path : "\(sample.path)/\(sample.name)"
    let parts = whole.split(separator: "/")
    return [sample.name, whole] + parts.indices.map { parts[$0...].joined(separator: "/") }
  }
}
