import Imaging
import Inspection
import Testing

@Suite struct PredictionTests {
  /// Two parts above 1, of which the second is the worse.
  private static let values: [Float] = [
    0, 2, 3, 0, 0, 0,
    0, 0, 2, 0, 0, 0,
    0, 0, 0, 0, 0, 9,
    1, 0, 0, 0, 0, 0,
  ]

  private static func prediction(width: Int, height: Int, threshold: Float = 1) throws -> Prediction
  {
    let raw = RawPrediction(width: 6, height: 4, values: values)
    return try Prediction(
      raw, .threshold(threshold), calibration: try Calibration([raw]), scoreKind: .own,
      imageWidth: width, imageHeight: height)
  }

  @Test func regionsAtTheMapsSize() throws {
    let prediction = try Self.prediction(width: 6, height: 4)
    let regions = prediction.regions
    #expect(regions.map(\.peak) == [9, 3])
    #expect(regions.map(\.x) == [5, 1])
    #expect(regions.map(\.y) == [2, 0])
    #expect(regions.map(\.width) == [1, 2])
    #expect(regions.map(\.height) == [1, 2])
    #expect(regions.map(\.area) == [1, 3])
    let mask = prediction.mask()
    #expect(mask.channels == 1)
    #expect(mask.samples(of: UInt8.self) == Self.values.map { $0 > 1 ? 255 : 0 })
  }

  @Test func regionsInALargerImage() throws {
    let prediction = try Self.prediction(width: 60, height: 20)
    let regions = prediction.regions
    #expect(regions.map(\.x) == [50, 10])
    #expect(regions.map(\.y) == [10, 0])
    #expect(regions.map(\.width) == [10, 20])
    #expect(regions.map(\.height) == [5, 10])
    #expect(regions.map(\.area) == [50, 150])
    let levels = prediction.mask().samples(of: UInt8.self)
    for y in 0..<20 {
      for x in 0..<60 {
        #expect(levels[y * 60 + x] == (Self.values[y / 5 * 6 + x / 10] > 1 ? 255 : 0))
      }
    }
  }

  @Test func nothingAboveTheThreshold() throws {
    let prediction = try Self.prediction(width: 60, height: 20, threshold: 9)
    #expect(!prediction.isAnomalous)
    #expect(prediction.regions.isEmpty)
    #expect(prediction.mask().samples(of: UInt8.self).allSatisfy { $0 == 0 })
  }

  /// 224 and 225 are a pair where the product of floats ends up past the last pixel.
  @Test(arguments: [
    (map: (8, 8), image: (8, 8)), ((8, 8), (33, 70)), ((8, 8), (5, 3)), ((8, 8), (1, 1)),
    ((224, 4), (225, 4)), ((224, 4), (58, 4)), ((5, 224), (64, 239)), ((64, 64), (63, 65)),
  ])
  func boxesCoverTheMaskAndStayInside(_ size: (Int, Int), _ image: (Int, Int)) throws {
    var random = SeededRandom(seed: 5)
    for share in [0, 0.02, 0.2, 1] as [Float] {
      let values = (0..<size.0 * size.1).map { _ in Float.random(in: 0..<1, using: &random) }
      let raw = RawPrediction(width: size.0, height: size.1, values: values)
      let prediction = try Prediction(
        raw, .threshold(share == 0 ? 1 : share == 1 ? -1 : 1 - share),
        calibration: try Calibration([raw]), scoreKind: .own, imageWidth: image.0,
        imageHeight: image.1)
      #expect(prediction.isAnomalous == !prediction.regions.isEmpty)
      #expect(prediction.regions.map(\.peak) == prediction.regions.map(\.peak).sorted(by: >))

      var covered = [Bool](repeating: false, count: image.0 * image.1)
      let mask = prediction.mask()
      #expect(mask.width == image.0 && mask.height == image.1)
      let marked = mask.samples(of: UInt8.self).map { $0 == 255 }
      for region in prediction.regions {
        #expect(region.x >= 0 && region.x + region.width <= image.0)
        #expect(region.y >= 0 && region.y + region.height <= image.1)
        #expect(region.width > 0 && region.height > 0 && region.area > 0)
        var touches = false
        for y in region.y..<region.y + region.height {
          for x in region.x..<region.x + region.width {
            covered[y * image.0 + x] = true
            touches = touches || marked[y * image.0 + x]
          }
        }
        #expect(touches)
      }
      #expect(zip(marked, covered).allSatisfy { !$0 || $1 })
    }
  }
}
