import Datasets
import Fixtures
import Imaging
import Inspection
import Testing

@Suite struct DefectMaskTests {
  /// Where the defect is, in a picture of 6 x 5.
  private static let marked = (0..<30).map {
    (8...10).contains($0) || (14...16).contains($0) || (20...22).contains($0)
  }

  private static func mask(_ pictures: Image...) throws -> [Bool]? {
    try withTemporaryFolder { folder in
      let paths = try pictures.enumerated().map { index, picture in
        let path = "\(folder)/\(index).png"
        try picture.writePNG(to: path)
        return path
      }
      return try Sample(
        path: "x.png", name: "x.png", label: .defective(kind: "torn"), maskPaths: paths
      ).mask()?.samples(of: UInt8.self).map { $0 == 255 }
    }
  }

  private static func gray(_ levels: [UInt8]) -> Image {
    Image(width: 6, height: 5, channels: 1, pixels: levels)
  }

  @Test(arguments: [1, 2, 127, 128, 236, 255] as [UInt8])
  func anyLevelIsADefect(_ level: UInt8) throws {
    #expect(try Self.mask(Self.gray(Self.marked.map { $0 ? level : 0 })) == Self.marked)
  }

  @Test(arguments: [(1, 2), (1, 3), (236, 255), (1, 255), (60, 255)] as [(UInt8, UInt8)])
  func classesAreDefects(_ first: UInt8, _ second: UInt8) throws {
    // A square of one class, and one pixel of the other.
    var levels = Self.marked.map { $0 ? first : 0 }
    levels[29] = second
    var expected = Self.marked
    expected[29] = true
    #expect(try Self.mask(Self.gray(levels)) == expected)
  }

  @Test func softEdgesEndAtHalf() throws {
    var levels = Self.marked.map { $0 ? 255 : 0 as UInt8 }
    (levels[7], levels[11], levels[13], levels[0]) = (127, 128, 40, 3)
    var expected = Self.marked
    expected[11] = true
    #expect(try Self.mask(Self.gray(levels)) == expected)
  }

  @Test func colorsAlphaAndDepths() throws {
    func image(_ channels: Int, _ pixel: (Bool) -> [UInt8]) -> Image {
      Image(width: 6, height: 5, channels: channels, pixels: Self.marked.flatMap(pixel))
    }
    #expect(try Self.mask(image(3) { $0 ? [255, 0, 0] : [0, 0, 0] }) == Self.marked)
    #expect(try Self.mask(image(3) { $0 ? [0, 0, 90] : [0, 0, 0] }) == Self.marked)
    #expect(try Self.mask(image(4) { $0 ? [255, 255, 255, 255] : [0, 0, 0, 255] }) == Self.marked)
    #expect(try Self.mask(image(4) { $0 ? [0, 0, 0, 200] : [0, 0, 0, 0] }) == Self.marked)
    #expect(try Self.mask(image(4) { $0 ? [9, 0, 0, 255] : [255, 255, 255, 0] }) == Self.marked)
    for top in [1, 3, 255, 65535] as [UInt16] {
      let deep = Image(
        width: 6, height: 5, channels: 1, pixels: Self.marked.map { $0 ? top : 0 })
      #expect(try Self.mask(deep) == Self.marked, "16 bits up to \(top)")
    }
  }

  @Test func severalAreJoined() throws {
    let halves = [0..<15, 15..<30].map { part in
      Self.gray(Self.marked.enumerated().map { $1 && part.contains($0) ? 255 : 0 })
    }
    #expect(try Self.mask(halves[0], halves[1]) == Self.marked)
    let error = #expect(throws: InspectionError.self) {
      try Self.mask(
        halves[0], Image(width: 2, height: 2, channels: 1, pixels: [0, 0, 0, 0] as [UInt8]))
    }
    #expect(error?.found == "a mask of 2 x 2 pixels")
  }

  @Test func noneAndEmpty() throws {
    #expect(try Sample(path: "x", name: "x", label: .good).mask() == nil)
    #expect(
      try Self.mask(Self.gray([UInt8](repeating: 0, count: 30)))
        == [Bool](repeating: false, count: 30))
  }
}
