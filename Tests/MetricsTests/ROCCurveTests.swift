import Fixtures
import Metrics
import Testing
import Torch

@Suite struct ROCCurveTests {
  /// Oracle: scikit-learn's `roc_curve` and `roc_auc_score`.
  @Test(arguments: [
    "distinct", "ties", "all_tied", "zeros", "perfect", "inverted", "wide_range", "nearly_equal",
    "extreme", "one_each", "one_defective_tied",
  ])
  func agreesWithScikitLearn(name: String) throws {
    let fixture = try FixtureCase(file: "roc", name: name, beside: #filePath)
    let curve = try #require(
      try ImageEvaluation(
        scores: fixture.array("scores"), isDefective: fixture.array("labels")
      ).rocCurve(step: 0))
    let area = try fixture.scalar("auroc")
    #expect(abs(curve.area - area) < 1e-12)
    let (rates, hits): ([Double], [Double]) = try (fixture.array("fpr"), fixture.array("tpr"))
    try #require(curve.points.count == rates.count)
    for (point, (rate, hit)) in zip(curve.points, zip(rates, hits)) {
      #expect(abs(point.falsePositiveRate - rate) < 1e-12)
      #expect(abs(point.truePositiveRate - hit) < 1e-12)
    }
  }

  @Test func thresholdsAreScoresThatReproduceThePoint() throws {
    let scores: [Float] = [-3, -0.5, -0.5, 0, 1e-30, 7]
    let labels = [false, true, false, false, true, true]
    let curve = try #require(
      try ImageEvaluation(scores: scores, isDefective: labels).rocCurve(step: 0))
    #expect(curve.points.map(\.threshold) == [.infinity, 7, 1e-30, 0, -0.5, -3])
    for point in curve.points {
      let alarms = zip(scores, labels).filter { $0.0 >= point.threshold }
      #expect(point.truePositiveRate == Double(alarms.count { $0.1 }) / 3)
      #expect(point.falsePositiveRate == Double(alarms.count { !$0.1 }) / 3)
    }
  }

  @Test(arguments: [[], [true], [false], [true, true], [false, false, false]])
  func isUndefinedWhereAClassIsMissing(labels: [Bool]) throws {
    let evaluation = try ImageEvaluation(scores: labels.map { _ in 1 }, isDefective: labels)
    #expect(evaluation.rocCurve() == nil)
  }

  @Test func fewerPointsKeepEndsAndArea() throws {
    let scores = (0..<2000).map { Float(($0 * 7919) % 2003) }
    let labels = (0..<2000).map { ($0 * 31) % 5 == 0 }
    let full = try #require(
      try ImageEvaluation(scores: scores, isDefective: labels).rocCurve(step: 0))
    let sparse = try #require(
      try ImageEvaluation(scores: scores, isDefective: labels).rocCurve(step: 0.01))
    #expect(full.points.count == 2001)
    #expect(sparse.points.count <= 202)
    #expect(sparse.area == full.area)
    #expect(sparse.points.first == full.points.first)
    #expect(sparse.points.last == full.points.last)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func refusesNonFiniteScores(bad: Float) {
    #expect(throws: MetricsError.nonFiniteScore(index: 2, value: "\(bad)")) {
      try ImageEvaluation(scores: [0, 1, bad, 3], isDefective: [true, false, true, false])
    }
  }

  @Test func refusesLabelsOfAnotherNumber() {
    let error = MetricsError.countMismatch(scores: 2, labels: 3)
    #expect(throws: error) {
      try ImageEvaluation(scores: [0, 1], isDefective: [true, false, true])
    }
    #expect(error.description.contains("2 scores but 3 labels"))
  }
}
