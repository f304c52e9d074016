import Fixtures
import Metrics
import Testing
import Torch

@Suite struct MeanIoUTests {
  /// Oracles: U-Flow's definition in numpy, which scikit-learn's `jaccard_score` confirms image by
  /// image; pooled, `jaccard_score` of all pixels at once.
  @Test(arguments: PixelFixture.names)
  func agreesWithTheDefinitionAtEveryThreshold(name: String) throws {
    let fixture = try PixelFixture(name)
    let sweep = try ThresholdSweep(fixture.shared("sweep", of: Float.self))
    let expected: [Double] = try fixture.tensors.array("mean_iou")
    let pooled: [Double] = try fixture.tensors.array("pooled_iou")
    var streamed = MeanIoU(over: sweep)
    try fixture.fill(&streamed)
    let evaluation = PixelEvaluation(try fixture.scores())
    for (index, threshold) in sweep.thresholds.enumerated() {
      let value = try #require(streamed.value(at: threshold))
      #expect(abs(value - expected[index]) < 1e-12, "threshold \(threshold)")
      #expect(streamed.values?[index] == value)
      let pooledIoU = try #require(evaluation.confusion(above: threshold).pooledIoU)
      #expect(abs(pooledIoU - pooled[index]) < 1e-12, "threshold \(threshold)")
    }
    let oracle = try #require(streamed.oracle)
    let best = try #require(expected.max())
    #expect(abs(oracle.value - best) < 1e-12)
    let last = try #require(expected.lastIndex { $0 > best - 1e-12 })
    #expect(oracle.threshold == sweep.thresholds[last])
    #expect(streamed.imageCount == 6)
  }

  @Test func aGoodImageCountsAllOrNothing() throws {
    var mean = MeanIoU(over: try ThresholdSweep([0, 1, 2]))
    #expect(mean.values == nil && mean.oracle == nil && mean.value(at: 0) == nil)
    try mean.add(map: [0, 1, 2, 0], mask: nil, width: 2, height: 2)
    #expect(mean.values == [0, 0, 1])
    try mean.add(map: [0, 1, 2, 0], mask: [false, false, true, true], width: 2, height: 2)
    #expect(mean.values == [1.0 / 6, 0.25, 0.5])
    #expect(mean.oracle?.threshold == 2)
    #expect(mean.value(at: 1.5) == nil)
  }

  @Test func nothingOverNothingIsOne() {
    #expect(IntersectionOverUnion(intersection: 0, union: 0).value == 1)
    #expect(IntersectionOverUnion(intersection: 0, union: 3).value == 0)
    #expect(IntersectionOverUnion(intersection: 3, union: 4).value == 0.75)
  }

  /// Thresholds so unevenly spaced that most share a cell of the look-up.
  @Test func countsRightWhateverTheSpacingAndSize() throws {
    let values: [Float] = [
      -3e38, -1, -1e-38, -Float.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1e-38, 2e-38, 0.5,
      Float(0.5).nextUp, 1, 7, 3e38,
    ]
    for count in 1...values.count {
      let sweep = try ThresholdSweep(Array(values.prefix(count)))
      for score in values + [-0.0] {
        var mean = MeanIoU(over: sweep)
        try mean.add(map: [score], mask: nil, width: 1, height: 1)
        #expect(mean.values == sweep.thresholds.map { score > $0 ? 0 : 1 }, "\(score)")
      }
    }
  }

  @Test func knowsTheSweepOfFalseAlarms() {
    let sweep = ThresholdSweep.negativeLog10NFA
    #expect(sweep.thresholds.count == 1401 && sweep.thresholds[400] == 0)
  }

  @Test(arguments: [[], [1, 1], [2, 1], [.nan], [0, .infinity], [1, .nan, 2]] as [[Float]])
  func refusesASweepThatIsNotAscending(thresholds: [Float]) {
    let error = MetricsError.unorderedThresholds(count: thresholds.count)
    #expect(throws: error) { try ThresholdSweep(thresholds) }
    #expect(error.description.contains("\(thresholds.count) thresholds"))
  }

  @Test func refusesABadMapAndKeepsWhatItHas() throws {
    var mean = MeanIoU(over: try ThresholdSweep([0, 0.5]))
    try mean.add(map: [1, 0], mask: [true, false], width: 2, height: 1)
    #expect(throws: MetricsError.nonFinitePixel(image: 1, x: 1, y: 0, value: "-inf")) {
      try mean.add(map: [1, -.infinity], mask: nil, width: 2, height: 1)
    }
    #expect(throws: MetricsError.sizeMismatch(what: "mask", count: 1, width: 2, height: 1)) {
      try mean.add(map: [1, 0], mask: [true], width: 2, height: 1)
    }
    #expect(mean.imageCount == 1 && mean.oracle?.value == 1)
  }
}
