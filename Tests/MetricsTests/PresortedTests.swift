import Fixtures
import Metrics
import Testing
import Torch

/// PB and PG: what is found, or passed, at a strict rate.
@Suite struct PresortedTests {
  /// Oracles: numpy tries every threshold; anomalib 2.7.0 where its interpolated quantile is a score that occurs.
  @Test(arguments: ["distinct", "rounded", "few", "fifty", "perfect", "inverted", "tied"])
  func agreesWithDefinitionsAndAnomalib(name: String) throws {
    let fixture = try FixtureCase(file: "strict_rates", name: name, beside: #filePath)
    let evaluation = try ImageEvaluation(
      scores: fixture.array("scores"), isDefective: fixture.array("labels"))
    let limits = try #require(fixture.tensors["limits"]).array(of: Double.self)
    let recall = limits.map { evaluation.recall(atFalsePositiveRate: $0) }
    let specificity = limits.map { evaluation.specificity(atFalseNegativeRate: $0) }
    #expect(try recall == fixture.array("recall") as [Double])
    #expect(try specificity == fixture.array("specificity") as [Double])
    if fixture.tensors["\(name).anomalib"] != nil {
      for (found, expected) in zip(
        recall + specificity, try fixture.array("anomalib") as [Double])
      {
        // It computes in single precision.
        #expect(abs(try #require(found) - expected) < 1e-6)
      }
    }
  }

  /// Two of a hundred are 2 %, however 0.02 is rounded.
  @Test(arguments: [50, 100, 150, 350, 1000])
  func aLimitThatIsMetIsNotExceeded(count: Int) throws {
    let scores = (0..<count).map(Float.init) + [Float(count) - Float(count / 50) - 0.5]
    let evaluation = try ImageEvaluation(
      scores: scores, isDefective: (0...count).map { $0 == count })
    #expect(evaluation.recall(atFalsePositiveRate: 0.02) == 1)
    #expect(evaluation.recall(atFalsePositiveRate: 0.019) == 0)
    let turned = try ImageEvaluation(
      scores: scores.map { -$0 }, isDefective: (0...count).map { $0 < count })
    #expect(turned.specificity(atFalseNegativeRate: 0.02) == 1)
    #expect(turned.specificity(atFalseNegativeRate: 0.019) == 0)
  }

  @Test(arguments: [[], [true], [false], [true, true]])
  func isUndefinedWhereAClassIsMissing(labels: [Bool]) throws {
    let evaluation = try ImageEvaluation(
      scores: labels.map { _ in 1 }, isDefective: labels)
    #expect(evaluation.recall(atFalsePositiveRate: 0.02) == nil)
    #expect(evaluation.specificity(atFalseNegativeRate: 0.02) == nil)
  }

  @Test func everythingMayBeFlaggedOrMissed() throws {
    let evaluation = try ImageEvaluation(scores: [2, 1], isDefective: [false, true])
    #expect(evaluation.recall(atFalsePositiveRate: 1) == 1)
    #expect(evaluation.specificity(atFalseNegativeRate: 1) == 1)
    #expect(evaluation.recall(atFalsePositiveRate: 0) == 0)
    #expect(evaluation.specificity(atFalseNegativeRate: 0) == 0)
  }
}
