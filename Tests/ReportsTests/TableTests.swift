import Reports
import Testing
import Workbench

@Suite struct TableTests {
  @Test func alignsColumns() {
    var table = Table([.init("Kind"), .init("Images", .right), .init("AUROC", .right)])
    table.add(["good", "20", "n/a"])
    table.add(["broken_large", "7", "0.998"])
    #expect(
      table.description == """
        Kind          Images  AUROC
        ------------  ------  -----
        good              20    n/a
        broken_large       7  0.998
        """)
  }

  @Test func leavesOutEmptyHeadingsAndTrailingBlanks() {
    var table = Table([.init(""), .init("")])
    table.add(["seed", "0"])
    table.add(["a longer name"])
    #expect(table.description == "seed           0\na longer name")
  }

  @Test func countsWideCharactersTwice() {
    var table = Table([.init("Name"), .init("n", .right)])
    table.add(["日本", "1"])
    table.add(["é", "22"])
    #expect(table.description == "Name   n\n----  --\n日本   1\né     22")
  }

  @Test func letsNoControlCharacterThrough() {
    var table = Table([.init("Name")])
    table.add(["a\n\u{1b}[31mb"])
    #expect(table.description == "Name\n--------\na\u{fffd}\u{fffd}[31mb")
  }

  @Test func isEmptyWithoutColumns() {
    #expect(Table([]).description == "")
  }
}

@Suite struct TableSectionTests {
  private static let section = TableSection(
    heading: "Kinds of defect", note: "Against all good images.",
    columns: [.init("defect"), .init("images", .right)],
    rows: [.init(cells: ["torn", "7"]), .init(cells: ["mean of 1", "7"], isMean: true)])

  @Test func isShownInAReport() throws {
    let html = try Report(title: "cloth", tables: [Self.section]).html()
    #expect(html.contains("<section class=\"narrow\">\n<h2>Kinds of defect</h2>"))
    #expect(html.contains("<p class=\"note\">Against all good images.</p>"))
    #expect(html.contains("<th scope=\"col\" class=\"number\">images</th>"))
    #expect(
      html.contains(
        "<tr class=\"\"><td class=\"text\">torn</td><td class=\"number\">7</td></tr>"))
    #expect(html.contains("<tr class=\"mean\"><td class=\"text\">mean of 1</td>"))
  }

  @Test func manyColumnsTakeTheWholeWidth() throws {
    var section = Self.section
    section.columns = (0..<8).map { .init("\($0)") }
    #expect(try Report(title: "x", tables: [section]).html().contains("<section class=\"broad\">"))
  }

  @Test func noNoteIsNoParagraph() throws {
    var section = Self.section
    section.note = ""
    #expect(!(try Report(title: "x", tables: [section]).html()).contains("<p class=\"note\">"))
  }

  @Test func keepsTheirOrder() throws {
    var other = Self.section
    other.heading = "False alarms"
    let html = try Report(title: "x", tables: [other, Self.section]).html()
    let places = try ["<h2>False alarms", "<h2>Kinds"].map {
      try #require(html.firstRange(of: $0)).lowerBound
    }
    #expect(places[0] < places[1])
  }

  @Test func isATableOnATerminal() {
    #expect(
      "\(Table(Self.section))" == """
        defect     images
        ---------  ------
        torn            7
        mean of 1       7
        """)
  }
}
