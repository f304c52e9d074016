import Foundation
import Inspection
import Workbench

/// Comma-separated values (RFC 4180) for spreadsheets and scripts: a line of headings, then the rows.
package struct CSV: CustomStringConvertible, Sendable {
  package enum Cell: Sendable, Equatable {
    case text(String)
    case number(Double)
    case empty
  }

  private let width: Int
  package private(set) var description: String

  package init(_ columns: [String]) {
    width = columns.count
    description = Self.line(columns.map(Cell.text))
  }

  package mutating func add(_ cells: [Cell]) {
    precondition(cells.count == width, "a row has a cell for each column")
    description += Self.line(cells)
  }

  private static func line(_ cells: [Cell]) -> String {
    cells.map(written).joined(separator: ",") + "\r\n"
  }

  private static func written(_ cell: Cell) -> String {
    switch cell {
    case .empty: ""
    case .number(let value):
      value.isFinite
        ? value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        : Digits.undefined
    case .text(let text): quoted(harmless(text))
    }
  }

  /// A spreadsheet computes a cell that begins like a formula, and a file name may be made to do so: an apostrophe before
  /// it makes it text.
  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first(where: { $0 != " " }) else { return text }
    return "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) ? "'" + text : text
  }

  /// By Unicode scalar, as readers of the format do: a combining mark must not hide a quote.
  private static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    var quoted = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.append(scalar) }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }
}

extension CSV {
  /// `predictions.csv`: the lines of `predictions.jsonl`, one row an image.
  ///
  /// `name`, `path`, `label`, `score`, `verdict`, `anomalous` (`true` or `false`), `log10FalseAlarms`, `limit` and the paths
  /// are those of ``PredictionRecord``; `falseAlarms` is the number itself; `regions` is their number, and `largestRegionArea` the area of the largest in pixels of the
  /// image. Of an image that could not be judged, `error` says why, and the cells between are empty.
  ///
  /// - Throws: where `predictions.jsonl` cannot be read.
  package init(_ results: ResultFolder) throws {
    self.init([
      "name", "path", "label", "score", "verdict", "anomalous", "log10FalseAlarms", "falseAlarms",
      "limit", "regions",
      "largestRegionArea", "overlayPath", "mapPath", "maskPath", "error",
    ])
    try results.forEachPrediction { record in
      let text = { (value: String?) in value.map(Cell.text) ?? .empty }
      let number = { (value: Double?) in value.map(Cell.number) ?? .empty }
      add([
        text(record.name), text(record.path), text(record.label),
        // The shortest digits of the float itself, as in the JSON.
        number(record.score.flatMap { Double("\($0)") }), text(record.verdict?.rawValue),
        text(record.anomalous.map { "\($0)" }), number(record.log10FalseAlarms),
        number(record.log10FalseAlarms.map { pow(10, $0) }), number(record.limit),
        number(record.regions.map { Double($0.count) }),
        number(record.regions?.map { Double($0.area) }.max()), text(record.overlayPath),
        text(record.mapPath), text(record.maskPath), text(record.error),
      ])
    }
  }
}
