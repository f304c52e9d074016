import Reports
import Testing
import Workbench

@Suite struct CSVTests {
  @Test func quotesAsTheStandardSays() {
    var csv = CSV(["a", "b,c", "d\"e"])
    csv.add([.text("line\nend"), .number(-0.5), .empty])
    csv.add([.text("\"\u{301}"), .number(3), .number(.nan)])
    #expect(
      csv.description
        == "a,\"b,c\",\"d\"\"e\"\r\n\"line\nend\",-0.5,\r\n\"\"\"\u{301}\",3,n/a\r\n")
  }

  /// A file may be named so that a spreadsheet would take its name for a formula.
  @Test(arguments: ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
  func computesNothing(name: String) {
    var csv = CSV(["name"])
    csv.add([.text(name)])
    let cell = csv.description.unicodeScalars.dropFirst("name\r\n".unicodeScalars.count)
    #expect(cell.first { $0 != "\"" } == "'")
  }

  @Test func numbersStayNumbers() {
    var csv = CSV(["log10FalseAlarms", "name"])
    csv.add([.number(-3.25), .text("a-b=c.png")])
    #expect(csv.description.hasSuffix("\r\n-3.25,a-b=c.png\r\n"))
  }
}
