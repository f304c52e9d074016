/// Text in aligned columns for a terminal.
public struct Table: Sendable, CustomStringConvertible {
  public enum Alignment: Sendable { case left, right }

  /// A column's heading and the side on which its cells line up; numbers belong on the right.
  public struct Column: Sendable {
    public var heading: String
    public var alignment: Alignment

    public init(_ heading: String, _ alignment: Alignment = .left) {
      self.heading = heading
      self.alignment = alignment
    }
  }

  public var columns: [Column]
  private var rows: [[String]] = []

  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; missing cells stay empty.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count <= columns.count, "a row has more cells than the table has columns")
    // What a file name may hide (line ends, escape sequences) must not reach the terminal.
    let shown = cells.map { cell in
      String(String.UnicodeScalarView(cell.unicodeScalars.map { $0.isControl ? "\u{fffd}" : $0 }))
    }
    rows.append(shown + Array(repeating: "", count: columns.count - cells.count))
  }

  /// The table with a rule under the headings, without blanks at line ends.
  public var description: String {
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
