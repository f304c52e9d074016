import Fixtures
import Metrics
import Testing
import Torch

@Suite struct PixelEvaluationTests {
  /// Oracles: scikit-learn's `roc_auc_score`; AUPRO by its definition in numpy, each distinct score a
  /// threshold and each region counted anew.
  @Test(arguments: PixelFixture.names)
  func agreesWithDefinitions(name: String) throws {
    let pixels = try PixelFixture(name)
    let fixture = pixels.tensors
    let scores = try pixels.scores()
    let evaluation = PixelEvaluation(scores)
    #expect(scores.imageCount == pixels.images.count)
    #expect(try evaluation.regionCount == fixture.array("regions")[0])
    let auroc = try #require(evaluation.auroc)
    let expectedAUROC = try fixture.scalar("auroc")
    #expect(abs(auroc - expectedAUROC) < 1e-12)
    let limits = try pixels.shared("limits", of: Double.self)
    for (limit, expected) in zip(limits, try fixture.array("aupro") as [Double]) {
      let aupro = try #require(evaluation.aupro(limit: limit))
      #expect(abs(aupro - expected) < 1e-12, "limit \(limit)")
    }
    let curve = try #require(evaluation.rocCurve(step: 0.01))
    #expect(curve.area == auroc)
    #expect(curve.points.count <= 202)
  }

  @Test func everyRegionCountsEquallyWhateverItsSize() throws {
    // A region of one pixel found at once, one of three pixels found last.
    let evaluation = try PixelEvaluation(
      images: [
        (map: [9, 1, 1, 1, 5, 4], mask: [true, false, false, false, false, false]),
        (map: [0, 0, 0, 1, 1, 1], mask: [true, true, true, false, false, false]),
      ],
      width: 6, height: 1)
    #expect(evaluation.regionCount == 2)
    #expect(evaluation.aupro(limit: 0.25) == 0.5)
  }

  @Test func isUndefinedWhereAClassIsMissing() throws {
    let good = try PixelEvaluation(
      images: [
        (map: [1, 2, 3, 4], mask: nil),
        (map: [1, 2, 3, 4], mask: Array(repeating: false, count: 4)),
      ],
      width: 2, height: 2)
    let defective = try PixelEvaluation(
      images: [(map: [1, 2, 3, 4], mask: Array(repeating: true, count: 4))], width: 2, height: 2)
    for evaluation in [good, defective, PixelEvaluation(PixelScores())] {
      #expect(evaluation.auroc == nil)
      #expect(evaluation.aupro() == nil)
      #expect(evaluation.rocCurve() == nil)
    }
  }

  @Test func namesTheImageAndPixelThatIsNotFinite() throws {
    var scores = PixelScores()
    try scores.add(map: [1, 2, 3, 4], mask: nil, width: 2, height: 2)
    let error = MetricsError.nonFinitePixel(image: 1, x: 1, y: 0, value: "nan")
    #expect(throws: error) { try scores.add(map: [1, .nan, 3, 4], mask: nil, width: 2, height: 2) }
    #expect(error.description.contains("image 1 is nan at x 1, y 0"))
    #expect(scores.imageCount == 1)
  }

  @Test func refusesAMapOrMaskOfAnotherSize() {
    var scores = PixelScores()
    #expect(
      throws: MetricsError.sizeMismatch(what: "anomaly map", count: 3, width: 2, height: 2)
    ) { try scores.add(map: [1, 2, 3], mask: nil, width: 2, height: 2) }
    #expect(throws: MetricsError.sizeMismatch(what: "mask", count: 1, width: 2, height: 2)) {
      try scores.add(map: [1, 2, 3, 4], mask: [true], width: 2, height: 2)
    }
    #expect(scores.imageCount == 0)
  }
}
