/// Text in aligned columns for a terminal.
package struct Table: Sendable, CustomStringConvertible {
  package enum Alignment: Sendable { case left, right }

  /// A column's heading and the side on which its cells line up; numbers belong on the right.
  package struct Column: Sendable {
    package var heading: String
    package var alignment: Alignment

    package init(_ heading: String, _ alignment: Alignment = .left) {
      self.heading = heading
      self.alignment = alignment
    }
  }

  package var columns: [Column]
  private var rows: [[String]] = []

  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; missing cells stay empty.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count <= columns.count, "a row has more cells than the table has columns")
    // What a file name may hide (line ends, escape sequences) must not reach the terminal.
    let shown = cells.map { cell in
      String(String.UnicodeScalarView(cell.unicodeScalars.map { $0.isControl ? "\u{fffd}" : $0 }))
    }
    rows.append(shown + Array(repeating: "", count: columns.count - cells.count))
  }

  /// The table with a rule under the headings, without blanks at line ends.
  package var description: String {
    let headings = columns.map(\.heading)
    let hasHeadings = headings.contains { !$0.isEmpty }
    let widths = columns.indices.map { column in
      (rows.map { $0[column] } + [headings[column]]).map(\.terminalWidth).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      for (column, cell) in cells.enumerated() {
        let gap = String(repeating: " ", count: widths[column] - cell.terminalWidth)
        line += columns[column].alignment == .left ? cell + gap : gap + cell
        line += "  "
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ((hasHeadings ? [line(headings), line(rule)] : []) + rows.map(line))
      .joined(separator: "\n")
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { properties.generalCategory == .control }
}

extension String {
  /// Cells of a terminal that the text takes: East Asian characters and emoji take two.
  fileprivate var terminalWidth: Int {
    reduce(0) { width, character in
      let scalar = character.unicodeScalars.first?.value ?? 0
      let isWide =
        (0x1100...0x115f).contains(scalar) || (0x2e80...0xa4cf).contains(scalar)
        || (0xac00...0xd7a3).contains(scalar) || (0xf900...0xfaff).contains(scalar)
        || (0xfe30...0xfe6f).contains(scalar) || (0xff00...0xff60).contains(scalar)
        || (0x1f300...0x1faff).contains(scalar) || (0x20000...0x3fffd).contains(scalar)
      return width + (isWide ? 2 : 1)
    }
  }
}

// MARK: - With a heading

/// A table with its heading, shown as HTML, as Markdown and on a terminal alike.
package struct TableSection: Sendable {
  package var heading: String
  /// How to read it.
  package var note: String
  package var columns: [Table.Column]
  package var rows: [Row]
  /// Whether it takes the whole width of a page, as tables of many columns always do.
  package var isBroad: Bool
  /// Whether its rows are shown on demand.
  package var isFolded: Bool

  package init(
    heading: String, note: String = "", columns: [Table.Column], rows: [Row] = [],
    isBroad: Bool = false, isFolded: Bool = false
  ) {
    self.heading = heading
    self.note = note
    self.columns = columns
    self.rows = rows
    self.isBroad = isBroad
    self.isFolded = isFolded
  }

  package struct Row: Sendable {
    package var cells: [String]
    /// Whether it sums up the rows above it.
    package var isMean: Bool

    package init(cells: [String], isMean: Bool = false) {
      self.cells = cells
      self.isMean = isMean
    }
  }

  /// Nil where there is nothing to show.
  package var orNil: Self? { rows.isEmpty ? nil : self }
}

extension Table {
  /// The table without its heading and note.
  package init(_ section: TableSection) {
    self.init(section.columns)
    for row in section.rows { add(row.cells) }
  }
}

extension TableSection {
  /// Columns that still stand beside another section.
  private static let narrow = 7

  /// What the template asks for, by name.
  var view: [String: Any] {
    let styles = columns.map { $0.alignment == .right ? "number" : "text" }
    return [
      "heading": heading, "shape": isBroad || columns.count > Self.narrow ? "broad" : "narrow",
      "isFolded": isFolded, "notes": note.isEmpty ? [] : [["text": note]],
      "columns": zip(columns, styles).map { ["text": $0.heading, "style": $1] },
      "rows": rows.map { row in
        [
          "style": row.isMean ? "mean" : "",
          "cells": zip(row.cells, styles).map { ["text": $0, "style": $1] },
        ] as [String: Any]
      },
    ]
  }

  var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = columns.map { $0.alignment == .right ? "---:" : "---" }
    let body = rows.map { row in
      line(
        row.cells.map { row.isMean && !$0.isEmpty ? "**\(Self.escaped($0))**" : Self.escaped($0) })
    }
    let lines = [line(columns.map { Self.escaped($0.heading) }), line(rule)] + body
    return "## \(heading)\n\n" + (note.isEmpty ? "" : note + "\n\n")
      + lines.joined(separator: "\n") + "\n"
  }

  /// Text that stays in its cell and starts no markup.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "|", "\\", "`", "*", "_", "<", "[": escaped += "\\\(scalar)"
      case _ where scalar.properties.generalCategory == .control: escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
