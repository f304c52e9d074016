import Fixtures
import Metrics
import Testing
import Torch

@Suite struct PrecisionRecallTests {
  /// Oracles: scikit-learn's `average_precision_score`, `precision_recall_curve` and `auc`; F1 at
  /// each threshold in numpy.
  @Test(arguments: [
    "distinct", "ties", "all_tied", "zeros", "perfect", "inverted", "wide_range", "nearly_equal",
    "extreme", "one_each", "one_defective_tied", "f1_tie", "f1_tie_later",
  ])
  func agreesWithScikitLearn(name: String) throws {
    let fixture = try FixtureCase(file: "roc", name: name, beside: #filePath)
    let evaluation = try ImageEvaluation(
      scores: fixture.array("scores"), isDefective: fixture.array("labels"))
    try expect(evaluation, agreesWith: fixture)
    let curve = try #require(evaluation.precisionRecallCurve(step: 0))
    let precision: [Double] = try fixture.array("precision")
    let recall: [Double] = try fixture.array("recall")
    try #require(curve.points.count == precision.count)
    for (point, (precision, recall)) in zip(curve.points, zip(precision, recall)) {
      #expect(abs(point.precision - precision) < 1e-12)
      #expect(abs(point.recall - recall) < 1e-12)
    }
    #expect(curve.averagePrecision == evaluation.averagePrecision)
    #expect(curve.area == evaluation.areaUnderPrecisionRecall)
  }

  /// The same for pooled pixels.
  @Test(arguments: PixelFixture.names)
  func agreesWithScikitLearnOnPixels(name: String) throws {
    let fixture = try PixelFixture(name)
    try expect(PixelEvaluation(fixture.scores()), agreesWith: fixture.tensors)
  }

  private func expect(_ evaluation: some BinaryEvaluation, agreesWith fixture: FixtureCase) throws {
    let averagePrecision = try #require(evaluation.averagePrecision)
    let area = try #require(evaluation.areaUnderPrecisionRecall)
    let auroc = try #require(evaluation.auroc)
    let best = try #require(evaluation.f1Max)
    let expectedPrecision = try fixture.scalar("average_precision")
    let expectedArea = try fixture.scalar("aupr")
    let expectedAUROC = try fixture.scalar("auroc")
    let expectedBest: [Double] = try fixture.array("f1_max")
    #expect(abs(averagePrecision - expectedPrecision) < 1e-12)
    #expect(abs(area - expectedArea) < 1e-12)
    #expect(abs(auroc - expectedAUROC) < 1e-12)
    #expect(abs(best.value - expectedBest[0]) < 1e-12)
    #expect(best.threshold == Float(expectedBest[1]))
    #expect(abs(best.precision - expectedBest[2]) < 1e-12)
    #expect(abs(best.recall - expectedBest[3]) < 1e-12)
    // The threshold does what is said of it.
    let counts = evaluation.confusion(atLeast: best.threshold)
    #expect(counts.f1 == best.value)
    #expect(counts.precision == best.precision)
    #expect(counts.recall == best.recall)
  }

  @Test(arguments: [[], [true], [false], [true, true], [false, false, false]])
  func isUndefinedWhereAClassIsMissing(labels: [Bool]) throws {
    let evaluation = try ImageEvaluation(scores: labels.map { _ in 1 }, isDefective: labels)
    #expect(evaluation.auroc == nil)
    #expect(evaluation.averagePrecision == nil)
    #expect(evaluation.areaUnderPrecisionRecall == nil)
    #expect(evaluation.f1Max == nil)
    #expect(evaluation.rocCurve() == nil)
    #expect(evaluation.precisionRecallCurve() == nil)
    #expect(evaluation.goodCount + evaluation.defectiveCount == labels.count)
  }

  @Test func takesTheHighestThresholdOfThoseThatShareTheBestF1() throws {
    // One of two found without a false alarm, 2 / 3; both found with two, 4 / 6.
    let evaluation = try ImageEvaluation(
      scores: [5, 4, 3, 2, 1], isDefective: [true, false, false, true, false])
    #expect(evaluation.f1Max?.threshold == 5)
    #expect(evaluation.f1Max?.value == 2.0 / 3)
    #expect(evaluation.confusion(atLeast: 2).f1 == 2.0 / 3)
  }

  @Test func countsOnBothSidesOfAThreshold() throws {
    let evaluation = try ImageEvaluation(
      scores: [3, 2, 2, -0.0, 0], isDefective: [true, true, false, true, false])
    let above = evaluation.confusion(above: 2)
    #expect(above.truePositives == 1 && above.falsePositives == 0)
    #expect(above.falseNegatives == 2 && above.trueNegatives == 2)
    let atLeast = evaluation.confusion(atLeast: 2)
    #expect(atLeast.truePositives == 2 && atLeast.falsePositives == 1)
    #expect(atLeast.pooledIoU == 0.5 && atLeast.falsePositiveRate == 0.5)
    #expect(evaluation.confusion(atLeast: -0.0) == evaluation.confusion(atLeast: 0))
    let none = evaluation.confusion(above: 3)
    #expect(none.precision == nil && none.recall == 0 && none.f1 == 0 && none.pooledIoU == 0)
    #expect(none.falsePositives == 0 && none.trueNegatives == 2)
  }

  @Test func fewerPointsKeepEndsAndAreas() throws {
    let scores = (0..<20000).map { Float(($0 * 7919) % 20011) }
    let evaluation = try ImageEvaluation(
      scores: scores, isDefective: (0..<20000).map { ($0 * 31) % 5 == 0 })
    let full = try #require(evaluation.precisionRecallCurve(step: 0))
    let sparse = try #require(evaluation.precisionRecallCurve(step: 0.01))
    #expect(full.points.count == 20001)
    #expect(sparse.points.count < 500)
    #expect(sparse.area == full.area && sparse.averagePrecision == full.averagePrecision)
    #expect(sparse.points.first == full.points.first)
    #expect(sparse.points.last == full.points.last)
  }

  @Test func refusesScoresThatAreNotFiniteOrNotLabeled() {
    #expect(throws: MetricsError.nonFiniteScore(index: 1, value: "nan")) {
      try ImageEvaluation(scores: [0, .nan], isDefective: [true, false])
    }
    #expect(throws: MetricsError.countMismatch(scores: 1, labels: 2)) {
      try ImageEvaluation(scores: [0], isDefective: [true, false])
    }
  }
}
