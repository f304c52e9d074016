import Metrics
import Testing

@Suite struct PixelHistogramTests {
  /// The exact figures lie within the bounds. Those figures are held against other programs in
  /// `PixelEvaluationTests` and `PrecisionRecallTests`.
  @Test(arguments: PixelFixture.names)
  func boundsHold(name: String) throws {
    let fixture = try PixelFixture(name)
    var histogram = PixelHistogram()
    try fixture.fill(&histogram)
    try expect(histogram, encloses: PixelEvaluation(fixture.scores()))
  }

  /// Many pixels in few bins, where the bounds are put to the test.
  @Test(arguments: [1, 2, 3], [0.4, 0.01, 3.0])
  func boundsHoldOnRandomScores(seed: UInt64, spread: Double) throws {
    var random = Congruence(state: seed)
    var histogram = PixelHistogram()
    var scores = PixelScores()
    for image in 0..<5 {
      let mask = (0..<900).map { $0 % 30 < 5 * image && $0 % 7 < 4 }
      let map = mask.map { Float(1 + spread * (random.next() + ($0 ? 0.3 : 0))) }
      try scores.add(map: map, mask: mask, width: 30, height: 30)
      try histogram.add(map: map, mask: mask, width: 30, height: 30)
    }
    try expect(histogram, encloses: PixelEvaluation(scores))
    // Not only right, but useful where scores are not crowded.
    if spread > 1 { #expect(try #require(histogram.auroc).error < 0.01) }
  }

  private func expect(_ histogram: PixelHistogram, encloses exact: PixelEvaluation) throws {
    let rounding = 1e-12
    func expect(_ bounds: Enclosure?, encloses value: Double?, _ what: String) throws {
      let (bounds, value) = try (#require(bounds), #require(value))
      #expect(bounds.lower - rounding <= value && value <= bounds.upper + rounding, "\(what)")
      #expect(abs(bounds.value - value) <= bounds.error + rounding, "\(what)")
      #expect(bounds.lower >= -rounding && bounds.upper <= 1 + rounding, "\(what)")
    }
    try expect(histogram.auroc, encloses: exact.auroc, "AUROC")
    try expect(histogram.averagePrecision, encloses: exact.averagePrecision, "AP")
    for limit in [0.3, 0.05, 1] {
      try expect(
        histogram.aupro(limit: limit), encloses: exact.aupro(limit: limit), "AUPRO \(limit)")
    }
    let (best, error) = try #require(histogram.f1Max)
    let f1 = try #require(exact.f1Max).value
    #expect(best.value <= f1 && f1 <= best.value + error + rounding)
    #expect(exact.confusion(atLeast: best.threshold).f1 == best.value)
    #expect(exact.confusion(atLeast: best.threshold).recall == best.recall)
    #expect(histogram.regionCount == exact.regionCount)
    #expect(histogram.goodCount == exact.goodCount)
    #expect(histogram.defectiveCount == exact.defectiveCount)
    // Every point of its curve is a point that thresholds reach.
    for point in try #require(histogram.rocCurve(step: 0.1)).points {
      let counts = exact.confusion(atLeast: point.threshold)
      #expect(counts.recall == point.truePositiveRate)
      #expect(counts.falsePositiveRate == point.falsePositiveRate)
    }
    for point in try #require(histogram.precisionRecallCurve(step: 0.1)).points.dropFirst() {
      let counts = exact.confusion(atLeast: point.threshold)
      #expect(counts.recall == point.recall && counts.precision == point.precision)
    }
  }

  @Test func isExactWhereNoBinHoldsBothClasses() throws {
    var histogram = PixelHistogram()
    try histogram.add(map: [0, 1, 2, 3], mask: [false, true, false, true], width: 4, height: 1)
    #expect(histogram.auroc?.value == 0.75)
    #expect(histogram.auroc?.error == 0)
    #expect(histogram.f1Max?.error == 0)
  }

  @Test(
    arguments: [
      [0, -0.0], [1e-38, 3e38], [-3e38, -1e-38], [-Float.leastNonzeroMagnitude, 0],
      [.leastNonzeroMagnitude, 0.5], [-2, -1],
    ] as [[Float]])
  func takesExtremeScores(pair: [Float]) throws {
    var histogram = PixelHistogram()
    try histogram.add(map: pair, mask: [false, true], width: 2, height: 1)
    let exact = try PixelEvaluation(images: [(pair, [false, true])], width: 2, height: 1)
    try expect(histogram, encloses: exact)
  }

  @Test func isUndefinedWhereAClassIsMissing() throws {
    var good = PixelHistogram()
    var defective = good
    try good.add(map: [1, 2], mask: nil, width: 2, height: 1)
    try defective.add(map: [1, 2], mask: [true, true], width: 2, height: 1)
    for histogram in [good, defective, PixelHistogram()] {
      #expect(histogram.auroc == nil && histogram.averagePrecision == nil)
      #expect(histogram.aupro() == nil && histogram.f1Max == nil)
      #expect(histogram.rocCurve() == nil && histogram.precisionRecallCurve() == nil)
    }
  }

  @Test func refusesABadMapAndKeepsWhatItHas() throws {
    var histogram = PixelHistogram()
    try histogram.add(map: [0.5], mask: [true], width: 1, height: 1)
    #expect(throws: MetricsError.nonFinitePixel(image: 1, x: 0, y: 0, value: "nan")) {
      try histogram.add(map: [.nan], mask: nil, width: 1, height: 1)
    }
    #expect(throws: MetricsError.sizeMismatch(what: "mask", count: 2, width: 1, height: 1)) {
      try histogram.add(map: [1], mask: [true, false], width: 1, height: 1)
    }
    #expect(histogram.imageCount == 1 && histogram.defectiveCount == 1)
  }
}

/// A linear congruential generator, so that a failure repeats.
private struct Congruence {
  var state: UInt64

  /// A number in [0, 1).
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }
}
