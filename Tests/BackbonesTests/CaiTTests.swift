import Backbones
import Fixtures
import Foundation
import Testing
import Torch

/// timm is the oracle (`Scripts/fixtures/cait.py`).
@Suite struct CaiTTests {
  private static let m48 = BackboneArchitecture.caiT(
    "cait_m48_448", .m48.with(depth: 2, featureDepth: 2), published: "")
  private static let msCaiT = BackboneArchitecture.msCaiT(
    "ms_cait", fine: .m48.with(depth: 2, featureDepth: 1),
    coarse: .s24.with(depth: 2, featureDepth: 1))

  private static func load(_ architecture: BackboneArchitecture) throws -> any Backbone {
    try architecture.load(.tensors(Formula.weights(architecture)))
  }

  /// All channels of the last image at three pixels, two of them corners.
  private static func samples(_ map: Tensor) -> Tensor {
    let last = map[map.shape[0] - 1]
    let (height, width) = (last.shape[1], last.shape[2])
    let places = [(0, 0), (height - 1, width - 1), (height / 2, width / 3)]
    return .stack(places.map { last.select(1, $0).select(1, $1) })
  }

  @Test(arguments: ["cait_s24_224", "cait_m48_448"])
  func everyParameterIsTimms(_ id: String) throws {
    let fixture = try Fixture.load("cait", beside: #filePath)
    let text = try #require(fixture["\(id).parameters"]).array(of: UInt8.self)
    let shapes = try BackboneRegistry.standard.architecture(id).parameterShapes
    let lines = shapes.map { "\($0) \($1)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(lines == String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  @Test func s24IsTimmsAfterEveryBlock() throws {
    try isTimms(
      BackboneRegistry.standard.architecture("cait_s24_224"),
      Formula.images(height: 224, width: 224),
      blocks: [1, 21, 24])
  }

  @Test func m48IsTimmsAfterEveryBlock() throws {
    // The last of two.
    try isTimms(Self.m48, Formula.images(height: 448, width: 448)[1..<2], blocks: [1, 2])
  }

  private func isTimms(_ architecture: BackboneArchitecture, _ images: Tensor, blocks: [Int])
    throws
  {
    let fixture = try Fixture.load("cait", beside: #filePath)
    let backbone = try #require(try Self.load(architecture) as? CaiT)
    let (count, side) = (images.shape[0], images.shape[2] / 16)
    let maps = backbone.maps(images, afterBlocks: blocks)
    for (block, map) in zip(blocks, maps) {
      #expect(map.shape == [count, backbone.taps[0].channels, side, side])
      #expect(map.isContiguous(.channelsLast))
      let expected = try #require(fixture["\(architecture.id).\(block)"])
      #expect(relativeDifference(Self.samples(map), expected) < 1e-4, "block \(block)")
    }
    let logits = backbone.logits(images[count - 1..<count])
    #expect(
      relativeDifference(logits[0], try #require(fixture["\(architecture.id).logits"])) < 1e-4)
  }

  @Test func msCaiTIsTimmsNetworksOnTwoSizes() throws {
    let fixture = try Fixture.load("cait", beside: #filePath)
    let backbone = try Self.load(Self.msCaiT)
    let images = Formula.images(height: 448, width: 448)
    let features = backbone.features(images, strides: [16, 32])
    #expect(features.map(\.shape) == [[2, 768, 28, 28], [2, 384, 14, 14]])
    for (stride, map) in zip([16, 32], features) {
      #expect(map.isContiguous(.channelsLast))
      let samples = try #require(fixture["ms_cait.\(stride)"])
      #expect(relativeDifference(Self.samples(map), samples) < 1e-4)
      let channels = try #require(fixture["ms_cait.\(stride).map"])
      #expect(relativeDifference(map[1][0..<2], channels) < 1e-4)
    }
    let coarse = backbone.features(images, strides: [32])
    #expect((coarse[0] - features[1]).abs().max().item() == 0)
    #expect(backbone.features(images, strides: []).isEmpty)
  }

  @Test func tapsAreThePapers() throws {
    let taps = try ["cait_s24_224", "cait_m48_448", "ms_cait"].map {
      try BackboneRegistry.standard.architecture($0).taps
    }
    let fine = FeatureTap("blocks.40", stride: 16, channels: 768)
    #expect(taps[0] == [FeatureTap("blocks.20", stride: 16, channels: 384)])
    #expect(taps[1] == [fine])
    let both = [
      FeatureTap("cait_m48_448.blocks.40", stride: 16, channels: 768),
      FeatureTap("cait_s24_224.blocks.20", stride: 32, channels: 384),
    ]
    #expect(taps[2] == both)
    let backbone = try Self.msCaiT.load(.random(seed: 1))
    #expect(backbone.taps.map(\.stride) == [16, 32])
    #expect(
      backbone.taps.map(\.name) == ["cait_m48_448.blocks.0", "cait_s24_224.blocks.0"])
    #expect(backbone.imageSide == 448)
  }

  /// However many queries are taken at a time, the result is that of all at once, but for the last digits.
  @Test(arguments: [1, 3 * 4 * 50, 7 * 4 * 50 + 1, 49 * 4 * 50])
  func groupsOfQueriesDoNotMatter(_ size: Int) {
    let attention = TalkingHeadsAttention(Parameters(seed: 2).root, 64, heads: 4)
    let tokens = Tensor.normal([2, 50, 64], generator: Generator(seed: 3))
    let whole = noGrad { attention(tokens, groupSize: .max) }
    let parts = noGrad { attention(tokens, groupSize: size) }
    #expect(relativeDifference(parts, whole) < 1e-6)
  }

  @Test func aMissingFileOfTwoIsNamed() throws {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: home) }
    let store = WeightStore(home: Home(path: home))
    let architecture = try BackboneRegistry.standard.architecture("ms_cait")
    for missing in ["cait_m48_448", "cait_s24_224"] {
      let error = #expect(throws: WeightsError.self) { try architecture.load(.published(store)) }
      #expect(error?.backbone == missing)
      let text = try #require(error).description
      #expect(text.contains("\(home)/weights/\(missing).pth"))
      #expect(text.contains("blemish weights fetch \(missing)"))
      #expect(!text.contains("\n"))
      try FileManager.default.createDirectory(
        atPath: "\(home)/weights", withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: "\(home)/weights/\(missing).pth"))
    }
  }
}
