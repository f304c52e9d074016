import Fixtures
import Foundation
import Imaging
import Testing
import Torch

/// Images as a viewer shows them, held against Pillow; `Scripts/fixtures/viewing.py` wrote them.
@Suite struct ViewingTests {
  private static let fixture = Result { try Fixture.load("viewing", beside: #filePath) }
  static let names: [String] = {
    let tensors = (try? fixture.get()) ?? [:]
    return tensors.keys.filter { $0.hasPrefix("file/") }.map { String($0.dropFirst(5)) }.sorted()
  }()

  private func tensor(_ name: String) throws -> Tensor {
    try #require(try Self.fixture.get()[name])
  }

  @Test func theFixtureIsThere() { #expect(Self.names.count == 53) }

  @Test(arguments: names)
  func pixelsAndPagesEqualTheOracle(_ name: String) throws {
    let bytes: [UInt8] = try tensor("file/\(name)").array()
    let image = try Image.decode(bytes, orienting: true, name: name)
    let expected = try tensor("pixels/\(name)")
    #expect([image.height, image.width, image.channels] == expected.shape)
    #expect(image.depth.dtype == expected.dtype)
    image.withUnsafeBytes { actual in
      expected.withUnsafeBytes { #expect(actual.elementsEqual($0)) }
    }
    #expect(image.frameCount == Int(try tensor("frames/\(name)").array(of: Int32.self)[0]))
  }

  @Test(arguments: names)
  func brokenFilesAreSafe(_ name: String) throws {
    let whole: [UInt8] = try tensor("file/\(name)").array()
    for count in stride(from: 0, to: whole.count, by: 7) {
      _ = Result { try Image.decode(Array(whole[..<count]), orienting: true) }
    }
    for place in stride(from: 0, to: whole.count, by: 5) {
      var bytes = whole
      bytes[place] ^= 0xFF
      _ = Result {
        try Image.decode(
          bytes, limits: ImageLimits(maximumPixels: 1 << 20), orienting: true)
      }
    }
  }

  @Test func hiddenColorsAreComposedOnBlack() throws {
    let shape = try tensor("rgba").shape
    let image = Image(
      width: shape[1], height: shape[0], channels: 4,
      pixels: try tensor("rgba").array(of: UInt8.self))
    let expected = try tensor("on_black").array(of: UInt8.self)
    let composed = image.visible()
    #expect(composed.channels == 3)
    for (level, other) in zip(composed.samples(of: UInt8.self), expected) {
      // Pillow rounds its products in another way.
      #expect(abs(Int(level) - Int(other)) <= 1)
    }
  }

  @Test func opaqueImagesKeepTheirLevels() {
    let colors = (0..<64).map { UInt8($0 * 4) }
    let image = Image(
      width: 8, height: 8, channels: 4, pixels: colors.flatMap { [$0, 255 - $0, 7, 255] })
    #expect(image.visible().samples(of: UInt8.self) == image.rgb().samples(of: UInt8.self))
  }

  @Test func alphaKeepsItsRange() {
    let samples: [UInt16] = [4095, 0, 2048, 65535, 4095, 4095, 4095, 0]
    let deep = Image(width: 2, height: 1, channels: 4, pixels: samples)
    #expect(deep.visible(levels: 0...4095).samples(of: UInt8.self) == [255, 0, 128, 0, 0, 0])
  }
}

@Suite struct LevelCensusTests {
  private static func deep(_ levels: [UInt16]) -> Image {
    Image(width: levels.count, height: 1, channels: 1, pixels: levels)
  }

  private static func float(_ levels: [Float]) -> Image {
    Image(width: levels.count, height: 1, channels: 1, depth: .float32) { target in
      levels.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  private static func range(_ image: Image) -> ClosedRange<Float>? {
    var census = LevelCensus()
    census.add(image)
    return census.range
  }

  @Test(
    arguments: [
      (255, 0...255), (256, 0...1023), (1023, 0...1023), (1024, 0...4095), (4095, 0...4095),
      (16383, 0...16383), (16384, nil), (65535, nil),
    ] as [(UInt16, ClosedRange<Float>?)])
  func bitsOfCameras(_ highest: UInt16, _ expected: ClosedRange<Float>?) {
    #expect(Self.range(Self.deep([0, 3, highest, highest / 2])) == expected)
  }

  @Test(
    arguments: [
      ([0, 0.25, 1], 0...1), ([0, 0.25, 1.004], 0...1), ([0, 0.5, 3.5], 0...4),
      ([0, 100.5, 254], nil), ([0, 128, 255], nil), ([0, 1000, 4095], 0...4095),
      ([0, 40000, 65535], 0...65535), ([-1, 0.5, 1], -1...1),
      ([-1024, 0, 3071], -1023...4095),
      ([-32768, 0, 32767], -32767...32767), ([0, 0, 90000], 0...90000),
      ([.nan, 0.5, .infinity], 0...1),
    ] as [([Float], ClosedRange<Float>?)])
  func floats(_ levels: [Float], _ expected: ClosedRange<Float>?) {
    #expect(Self.range(Self.float(levels)) == expected)
  }

  @Test func lostPixelsAreNoLevels() {
    var levels = [UInt16](repeating: 4000, count: 100_000)
    for place in 0..<9 { levels[place * 1000] = 65535 }
    #expect(Self.range(Self.deep(levels)) == 0...4095)
    for place in 0..<20 { levels[place * 1000] = 65535 }
    #expect(Self.range(Self.deep(levels)) == nil)
  }

  @Test(
    arguments: [
      (4095, 0...4095, true), (900, 0...4095, true), (65535, 0...4095, false), (65535, nil, true),
      (20000, nil, true), (4095, nil, false), (65535, 0...3000, true),
    ] as [(UInt16, ClosedRange<Float>?, Bool)])
  func levelsThatAModelKnows(_ highest: UInt16, _ levels: ClosedRange<Float>?, _ suits: Bool) {
    var census = LevelCensus()
    census.add(Self.deep([0, highest]))
    #expect(census.suits(levels) == suits)
    #expect(LevelCensus().suits(levels))
  }

  @Test func manyImagesTogether() {
    var census = LevelCensus()
    for levels in [[0, 900], [0, 3000]] as [[UInt16]] {
      var own = LevelCensus()
      own.add(Self.deep(levels))
      census.add(own)
    }
    census.add(Image(width: 1, height: 1, channels: 1, pixels: [200] as [UInt8]))
    #expect(census.range == 0...4095)
    #expect(census.extent == 0...3000)
    #expect(census.count == 4)
    #expect(LevelCensus().range == nil)
  }
}
