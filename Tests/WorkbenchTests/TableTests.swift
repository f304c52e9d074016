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
