/// A table of a summary, written as Markdown and as HTML alike.
struct SummaryTable {
  let heading: String
  /// How to read it.
  var note = ""
  let columns: [Table.Column]
  var rows: [Row] = []

  struct Row {
    let cells: [String]
    /// Whether it sums up the rows above it.
    var isMean = false
  }

  /// Nil where there is nothing to show.
  var orNil: SummaryTable? { rows.isEmpty ? nil : self }

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
