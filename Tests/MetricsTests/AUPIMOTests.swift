import Fixtures
import Metrics
import Testing
import Torch

@Suite struct AUPIMOTests {
  /// Oracles: anomalib 2.7.0, and numpy, which tries every threshold at every false positive rate.
  @Test(arguments: ["smooth", "weak", "ties"])
  func agreesWithAnomalibAndWithItsDefinition(name: String) throws {
    let fixture = try Maps(name)
    let scores = try fixture.fill(PixelScores())
    let rates = try #require(fixture.tensors.tensors["rates"]).array(of: Double.self)
    let defined: [Double] = try fixture.tensors.array("defined")
    for row in 0..<3 {
      let found = try #require(
        scores.aupimo(lowest: rates[2 * row], highest: rates[2 * row + 1]))
      try expect(found, defined[6 * row..<6 * row + 6], within: 1e-12)
      if name != "ties" {
        let anomalib: [Double] = try fixture.tensors.array("anomalib")
        try expect(found, anomalib[6 * row..<6 * row + 6], within: 1e-4)
      }
    }
    // Of 2,000 good pixels, no rate up to 1e-4 allows one.
    let atDefaults: [Double] = try fixture.tensors.array("definedAtDefaults")
    try expect(try #require(scores.aupimo()), atDefaults[...], within: 1e-12)
  }

  /// Of four good and six defective images.
  private func expect(
    _ found: AUPIMO, _ expected: ArraySlice<Double>, within tolerance: Double
  ) throws {
    #expect(found.perImage.prefix(4).allSatisfy { $0 == nil })
    let values = found.perImage.compactMap { $0?.value }
    try #require(values.count == 6 && expected.count == 6)
    for (value, expected) in zip(values, expected) { #expect(abs(value - expected) <= tolerance) }
    let mean = expected.reduce(0, +) / 6
    let variance = expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5
    #expect(abs(found.mean.value - mean) <= tolerance)
    #expect(abs(try #require(found.deviation).value - variance.squareRoot()) <= 2 * tolerance)
    #expect(found.mean.error == 0 && found.deviation?.error == 0)
  }

  /// Counted in bins, the exact values lie within the bounds.
  @Test(arguments: ["smooth", "weak", "ties"], [1e-5, 0.005, 0.05])
  func boundsHold(name: String, lowest: Double) throws {
    let fixture = try Maps(name)
    let exact = try #require(
      fixture.fill(PixelScores()).aupimo(lowest: lowest, highest: 10 * lowest))
    let found = try #require(
      fixture.fill(PixelHistogram()).aupimo(lowest: lowest, highest: 10 * lowest))
    let pairs = zip(found.perImage, exact.perImage).map { ($0, $1) }
    for (bounds, value) in pairs + [(found.mean, exact.mean), (found.deviation, exact.deviation)] {
      #expect((bounds == nil) == (value == nil))
      guard let bounds, let value else { continue }
      #expect(bounds.lower - 1e-12 <= value.value && value.value <= bounds.upper + 1e-12)
      #expect(bounds.lower >= 0 && bounds.upper <= 1)
    }
    // Where scores tie across the classes, the bounds are as far apart as what is tied.
    if name != "ties" { #expect(found.mean.error < 0.02) }
  }

  @Test func aPerfectMapScoresOneAndAMissedDefectZero() throws {
    for sign: Float in [1, -1] {
      for accumulator in [PixelScores(), PixelHistogram()] as [any PixelAccumulator] {
        var accumulator = accumulator
        try accumulator.add(map: [0, 0, 0, 0], mask: nil, width: 4, height: 1)
        try accumulator.add(
          map: [0, sign, 0, sign], mask: [false, true, false, true], width: 4, height: 1)
        let found = try #require(accumulator.atDefaults)
        #expect(found.mean.value == (sign == 1 ? 1 : 0) && found.mean.error == 0)
        #expect(found.deviation == nil)
      }
    }
  }

  /// A good pixel that ties with a defect is marked with it, and no rate allows that.
  @Test func tiesCountAsMissed() throws {
    var scores = PixelScores()
    try scores.add(map: [3, 1, 1, 1], mask: nil, width: 4, height: 1)
    try scores.add(map: [3, 4, 1, 1], mask: [true, true, false, false], width: 4, height: 1)
    #expect(scores.aupimo()?.mean.value == 0.5)
  }

  /// High scores beside a defect take nothing from it.
  @Test func pixelsOfDefectiveImagesSetNoThreshold() throws {
    var scores = PixelScores()
    try scores.add(map: [0, 1, 0, 1], mask: nil, width: 4, height: 1)
    try scores.add(map: [9, 9, 2, 2], mask: [false, false, true, true], width: 4, height: 1)
    #expect(scores.aupimo()?.mean.value == 1)
  }

  /// The mask of a defective image that marks nothing is no defect to find, nor is its image good.
  @Test func leavesOutImagesWhoseMaskMarksNothing() throws {
    for accumulator in [PixelScores(), PixelHistogram()] as [any PixelAccumulator] {
      var accumulator = accumulator
      try accumulator.add(map: [7, 7], mask: [false, false], width: 2, height: 1)
      try accumulator.add(map: [5, 0], mask: [true, false], width: 2, height: 1)
      #expect(accumulator.atDefaults == nil)
      try accumulator.add(map: [0, 1], mask: nil, width: 2, height: 1)
      let found = try #require(accumulator.atDefaults)
      #expect(found.mean.value == 1)
      #expect(found.perImage.map { $0 == nil } == [true, false, true])
    }
  }

  @Test func isUndefinedWithoutGoodImagesOrMasks() throws {
    for accumulator in [PixelScores(), PixelHistogram()] as [any PixelAccumulator] {
      var (good, defective) = (accumulator, accumulator)
      try good.add(map: [0, 1], mask: nil, width: 2, height: 1)
      try defective.add(map: [0, 1], mask: [false, true], width: 2, height: 1)
      #expect(
        accumulator.atDefaults == nil && good.atDefaults == nil && defective.atDefaults == nil)
    }
  }

  @Test func aSelectionKnowsItsGoodImages() throws {
    let scores = try Maps("smooth").fill(PixelScores())
    let all = try #require(scores.aupimo(lowest: 0.005, highest: 0.05))
    let some = try #require(
      scores.selecting([9, 5, 0, 1, 2, 3]).aupimo(lowest: 0.005, highest: 0.05))
    #expect(some.perImage == [all.perImage[9], all.perImage[5], nil, nil, nil, nil])
    #expect(scores.selecting([4, 5]).aupimo() == nil)
  }
}

extension PixelAccumulator {
  fileprivate var atDefaults: AUPIMO? {
    (self as? PixelScores)?.aupimo() ?? (self as? PixelHistogram)?.aupimo()
  }
}

/// Four good and six defective images.
private struct Maps {
  let tensors: FixtureCase

  init(_ name: String) throws {
    tensors = try FixtureCase(file: "strict_rates", name: name, beside: #filePath)
  }

  func fill<Accumulator: PixelAccumulator>(_ empty: Accumulator) throws -> Accumulator {
    var accumulator = empty
    let shape = try tensors.tensor("maps").shape
    let maps: [Float] = try tensors.array("maps")
    let masks: [Bool] = try tensors.array("masks")
    let size = shape[1] * shape[2]
    for start in stride(from: 0, to: maps.count, by: size) {
      let mask = Array(masks[start..<start + size])
      try accumulator.add(
        map: Array(maps[start..<start + size]), mask: mask.contains(true) ? mask : nil,
        width: shape[2], height: shape[1])
    }
    return accumulator
  }
}
