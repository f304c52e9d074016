import Imaging
import Inspection
import Testing
import Torch
import Workbench

@Suite struct ExhibitTests {
  /// Two tiles of 1 x 2 values, one below the other: black, gray, white, and a value between.
  @Test func tilesBecomeAPicture() throws {
    let exhibit = Exhibit(
      heading: "kernels", note: "as learnt",
      tiles: Tensor([-2, 0, 2, 1] as [Float], shape: [2, 1, 1, 2]))
    let shown = try Report.Exhibit(exhibit)
    let image = try Image.decode(shown.picture.bytes, name: "kernels")
    #expect(image.width == 16 && image.height == 24 && image.channels == 1)
    let pixels = image.gray().samples(of: UInt8.self)
    func pixel(_ x: Int, _ y: Int) -> UInt8 { pixels[y * 16 + x] }
    #expect([pixel(0, 0), pixel(7, 7), pixel(8, 0), pixel(15, 7)] == [0, 0, 128, 128])
    #expect((8..<16).allSatisfy { pixel(3, $0) == 255 })
    #expect([pixel(0, 16), pixel(15, 23)] == [255, 191])
    let html = try Report(title: "learnt", exhibits: [shown]).html()
    #expect(html.contains("What was learnt") && html.contains("as learnt"))
    #expect(try !Report(title: "nothing").html().contains("What was learnt"))
  }
}
