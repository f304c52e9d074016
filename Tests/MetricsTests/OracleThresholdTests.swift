import Fixtures
import Metrics
import Testing
import Torch

/// What could be detected by who knows the good test images.
@Suite struct OracleThresholdTests {
  /// Oracle: numpy.quantile.
  @Test(arguments: ["one", "few", "twentyfour", "tied", "many", "separate"])
  func agreesWithNumpy(name: String) throws {
    let fixture = try FixtureCase(file: "oracle", name: name, beside: #filePath)
    let shares = try #require(fixture.tensors["shares"]).array(of: Double.self)
    let good: [Float] = try fixture.array("good")
    let defective: [Float] = try fixture.array("defective")
    let thresholds: [Double] = try fixture.array("thresholds")
    let detected: [Double] = try fixture.array("detected")
    for (index, share) in shares.enumerated() {
      let oracle = try #require(OracleThreshold(goodScores: good, share: share))
      #expect(abs(oracle.value - thresholds[index]) < 1e-12 * max(1, abs(thresholds[index])))
      #expect(oracle.share(of: defective) == detected[index])
    }
  }

  @Test func isUndefinedWithoutScores() throws {
    #expect(OracleThreshold(goodScores: [], share: 0.1) == nil)
    #expect(try #require(OracleThreshold(goodScores: [1], share: 0.1)).share(of: []) == nil)
  }
}
