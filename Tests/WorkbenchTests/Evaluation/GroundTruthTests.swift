import Datasets
import Fixtures
import Imaging
import Inspection
import Testing
import Torch
import Workbench

@Suite struct GroundTruthTests {
  private static let image = Image(
    width: 4, height: 2, channels: 1, pixels: [UInt8](repeating: 9, count: 8))

  private static func mask(_ picture: Image, width: Int = 4, height: Int = 2) throws -> [Bool]? {
    try withTemporaryFolder { folder in
      let path = "\(folder)/mask.png"
      try picture.writePNG(to: path)
      let sample = Sample(
        path: "x.png", name: "x.png", label: .defective(kind: "torn"), maskPaths: [path])
      return try GroundTruth(sample, image: image, width: width, height: height).mask
    }
  }

  private static func gray(_ levels: [UInt8]) -> Image {
    Image(width: 4, height: 2, channels: 1, pixels: levels)
  }

  @Test(
    arguments: [
      [0, 1, 1, 0, 0, 0, 1, 0], [0, 255, 255, 0, 0, 0, 255, 0],
      // Gray borders count from half of the maximum on.
      [0, 255, 200, 90, 127, 10, 128, 3],
      [2, 240, 200, 119, 120, 10, 121, 3],
    ] as [[UInt8]])
  func levels(_ levels: [UInt8]) throws {
    #expect(
      try Self.mask(Self.gray(levels))
        == [false, true, true, false, false, false, true, false])
  }

  @Test func colorsAndDepths() throws {
    let expected = [false, true, true, false, false, false, true, false]
    let red = Image(
      width: 4, height: 2, channels: 3,
      pixels: expected.flatMap { $0 ? [255, 255, 255] : [0, 0, 0] as [UInt8] })
    #expect(try Self.mask(red) == expected)
    for top in [1, 255, 65535] as [UInt16] {
      let deep = Image(
        width: 4, height: 2, channels: 1, pixels: expected.map { $0 ? top : 0 })
      #expect(try Self.mask(deep) == expected, "16 bits up to \(top)")
    }
  }

  @Test func resizesToTheNearestPixel() throws {
    let levels: [UInt8] = [0, 255, 255, 0, 0, 0, 255, 255]
    #expect(
      try Self.mask(Self.gray(levels), width: 8, height: 4)
        == [0, 0, 4, 4].flatMap { row in
          (0..<8).map { levels[row + $0 / 2] > 0 }
        })
    #expect(try Self.mask(Self.gray(levels), width: 2, height: 1) == [false, true])
  }

  @Test func anEmptyMask() throws {
    #expect(
      try Self.mask(Self.gray([UInt8](repeating: 0, count: 8)))
        == [Bool](repeating: false, count: 8))
  }

  @Test func withoutAMask() throws {
    func mask(_ label: Sample.Label) throws -> [Bool]? {
      try GroundTruth(
        Sample(path: "x", name: "x", label: label), image: Self.image, width: 3, height: 2
      ).mask
    }
    #expect(try mask(.good) == [Bool](repeating: false, count: 6))
    #expect(try mask(.defective(kind: "torn")) == nil)
    #expect(try mask(.unknown) == nil)
  }

  @Test func aMaskOfAnotherSize() throws {
    let error = #expect(throws: InspectionError.self) {
      try Self.mask(
        Image(width: 3, height: 4, channels: 1, pixels: [UInt8](repeating: 0, count: 12)))
    }
    #expect(error?.found == "a mask of 3 x 4 pixels for an image of 4 x 2")
    #expect(error?.remedy == "make the mask as large as x.png")
    let turned = #expect(throws: InspectionError.self) {
      try Self.mask(
        Image(width: 2, height: 4, channels: 1, pixels: [UInt8](repeating: 0, count: 8)))
    }
    #expect(turned?.remedy.contains("turn it like x.png") == true)
  }
}
