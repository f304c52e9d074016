import Datasets
import Fixtures
import Foundation
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

  /// A palette as index 0 and the color of the defect.
  @Test(
    arguments: [
      ([255, 255, 255], [255, 0, 0]), ([255, 255, 255], [0, 0, 0]),
      ([128, 128, 128], [255, 255, 255]),
      ([0, 0, 0], [128, 0, 0]),
    ] as [([UInt8], [UInt8])])
  func indexZeroIsNoDefect(_ ground: [UInt8], _ defect: [UInt8]) throws {
    #expect(try Self.mask(file: Self.palette(ground, defect)) == Self.marked)
  }

  /// A program may have put the brighter color first.
  @Test func theLargerPartIsNoDefectWhereBlackIsNotIndexZero() throws {
    let inverted = try Self.palette([255, 255, 255], [0, 0, 0], Self.marked.map { !$0 })
    #expect(try Self.mask(file: inverted) == Self.marked)
  }

  @Test func alphaTellsWhereThePaletteHasOneColor() throws {
    let file = try Self.palette([255, 0, 0], [255, 0, 0], alpha: [0])
    #expect(try Self.mask(file: file) == Self.marked)
  }

  private static func mask(file: [UInt8]) throws -> [Bool]? {
    try withTemporaryFolder { folder in
      let path = "\(folder)/mask.png"
      try Data(file).write(to: URL(fileURLWithPath: path))
      return try Sample(
        path: "x.png", name: "x.png", label: .defective(kind: "torn"), maskPaths: [path]
      ).mask()?.samples(of: UInt8.self).map { $0 == 255 }
    }
  }

  /// A PNG of 6 x 5 pixels with 8-bit indices, stored without compression.
  private static func palette(
    _ ground: [UInt8], _ defect: [UInt8], _ marked: [Bool] = marked, alpha: [UInt8] = []
  ) throws -> [UInt8] {
    func number(_ value: UInt32) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
      let content = Array(kind.utf8) + data
      var crc = UInt32.max
      for byte in content {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
      }
      return number(UInt32(data.count)) + content + number(~crc)
    }
    var rows: [UInt8] = []
    for row in 0..<5 {
      rows.append(0)
      for column in 0..<6 { rows.append(marked[row * 6 + column] ? 1 : 0) }
    }
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in rows {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let length = UInt8(rows.count)
    var stream: [UInt8] = [0x78, 1, 1, length, 0, ~length, 0xFF]
    stream += rows
    stream += number(b << 16 | a)
    var header = number(6)
    header += number(5)
    header += [8, 3, 0, 0, 0]
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", header)
    file += chunk("PLTE", ground + defect)
    if !alpha.isEmpty { file += chunk("tRNS", alpha) }
    file += chunk("IDAT", stream)
    file += chunk("IEND", [])
    return file
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
