extension Report {
  /// A table with its heading, shown as HTML, as Markdown and on a terminal alike.
  public struct TableSection: Sendable {
    public var heading: String
    /// How to read it.
    public var note: String
    public var columns: [Table.Column]
    public var rows: [Row]

    public init(
      heading: String, note: String = "", columns: [Table.Column], rows: [Row] = []
    ) {
      self.heading = heading
      self.note = note
      self.columns = columns
      self.rows = rows
    }

    public struct Row: Sendable {
      public var cells: [String]
      /// Whether it sums up the rows above it.
      public var isMean: Bool

      public init(cells: [String], isMean: Bool = false) {
        self.cells = cells
        self.isMean = isMean
      }
    }

    /// Nil where there is nothing to show.
    public var orNil: Self? { rows.isEmpty ? nil : self }
  }
}

extension Table {
  /// The table without its heading and note.
  public init(_ section: Report.TableSection) {
    self.init(section.columns)
    for row in section.rows { add(row.cells) }
  }
}

extension Report.TableSection {
  /// Columns that still stand beside another section.
  private static let narrow = 7

  /// What the template asks for, by name.
  var view: [String: Any] {
    let styles = columns.map { $0.alignment == .right ? "number" : "text" }
    return [
      "heading": heading, "shape": columns.count > Self.narrow ? "broad" : "narrow",
      "notes": note.isEmpty ? [] : [["text": note]],
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
