import Fixtures
import Metrics
import Testing
import Torch

@Suite struct McNemarTestTests {
  /// Oracle: statsmodels' `mcnemar(exact=True)`, by `Scripts/fixtures/mcnemar.py`.
  @Test func agreesWithStatsmodels() throws {
    let fixture = try Fixture.load("mcnemar", beside: #filePath)
    let counts = try #require(fixture["pairs"]).array(of: Int64.self).map { Int($0) }
    let values = try #require(fixture["p"]).array(of: Double.self)
    try #require(counts.count == 2 * values.count)
    for (index, p) in values.enumerated() {
      let (first, second) = (counts[2 * index], counts[2 * index + 1])
      let test = McNemarTest(onlyFirst: first, onlySecond: second)
      #expect(abs(test.pValue - p) <= 1e-9 * p, "\(first) and \(second)")
      #expect(test == McNemarTest(onlyFirst: second, onlySecond: first))
    }
  }
}
