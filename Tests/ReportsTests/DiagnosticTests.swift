import Imaging
import Inspection
import Reports
import Testing
import Torch
import Workbench

@Suite struct DiagnosticTests {
  /// Two tiles of 1 x 2 values, one below the other: black, gray, white, and a value between.
  @Test func tilesBecomeAPicture() throws {
    let diagnostic = Diagnostic(
      heading: "kernels", note: "as learnt",
      tiles: Tensor([-2, 0, 2, 1] as [Float], shape: [2, 1, 1, 2]))
    let shown = try Report.Diagnostic(diagnostic)
    let image = try Image.decode(#require(shown.picture).bytes, name: "kernels")
    #expect(image.width == 16 && image.height == 24 && image.channels == 1)
    let pixels = image.gray().samples(of: UInt8.self)
    func pixel(_ x: Int, _ y: Int) -> UInt8 { pixels[y * 16 + x] }
    #expect([pixel(0, 0), pixel(7, 7), pixel(8, 0), pixel(15, 7)] == [0, 0, 128, 128])
    #expect((8..<16).allSatisfy { pixel(3, $0) == 255 })
    #expect([pixel(0, 16), pixel(15, 23)] == [255, 191])
    let html = try Report(title: "learnt", diagnostics: [shown]).html()
    #expect(html.contains("What was learned") && html.contains("as learnt"))
    #expect(try !Report(title: "nothing").html().contains("What was learned"))
  }

  @Test func linesBecomeADrawing() throws {
    let plot = Diagnostic.Plot(
      horizontal: "expected", vertical: "found", hasDiagonal: true,
      lines: [
        .init(name: "fine <scale>", points: [(-2, -3), (0, 0), (2, 5)]),
        .init(name: "coarse scale", points: [(-2, -2), (0, .nan), (2, 2)]),
      ])
    let shown = try Report.Diagnostic(Diagnostic(heading: "spread", note: "how wide", plot: plot))
    #expect(shown.picture == nil)
    let html = try Report(title: "learnt", diagnostics: [shown]).html()
    #expect(html.contains("<svg") && html.contains("how wide"))
    #expect(html.contains("fine &lt;scale&gt;") && html.contains("coarse scale"))
    #expect(html.contains(">expected</text>") && html.contains(">found</text>"))
    #expect(html.contains("class=\"chance\""))
    #expect(!html.contains("nan"))
    // Nothing to draw is no drawing.
    let empty = Diagnostic.Plot(horizontal: "x", vertical: "y", lines: [])
    #expect(
      try !Report(
        title: "learnt",
        diagnostics: [Report.Diagnostic(Diagnostic(heading: "", note: "", plot: empty))]
      ).html().contains(">x</text>"))
  }
}
