import Fixtures
import Metrics
import Testing
import Torch

@Suite struct IntervalTests {
  /// Oracle: `scipy.stats.binomtest(...).proportion_ci`.
  @Test(arguments: [("exact", BinomialInterval.Method.exact), ("wilson", .wilson)])
  func binomialAgreesWithSciPy(key: String, method: BinomialInterval.Method) throws {
    let fixture = try FixtureCase(file: "intervals", name: "binomial", beside: #filePath)
    let cases: [Double] = try fixture.array("cases")
    let expected: [Double] = try fixture.array(key)
    for index in 0..<cases.count / 3 {
      let (successes, trials) = (Int(cases[3 * index]), Int(cases[3 * index + 1]))
      let interval = BinomialInterval(
        successes: successes, trials: trials, confidence: cases[3 * index + 2], method: method)
      #expect(abs(interval.lower - expected[2 * index]) < 1e-9, "\(successes) of \(trials)")
      #expect(abs(interval.upper - expected[2 * index + 1]) < 1e-9, "\(successes) of \(trials)")
      #expect(interval.rate == Double(successes) / Double(trials))
      #expect(try interval.contains(#require(interval.rate)))
    }
  }

  /// Oracle: `scipy.stats.chi2`.
  @Test func poissonAgreesWithSciPy() throws {
    let fixture = try FixtureCase(file: "intervals", name: "poisson", beside: #filePath)
    let cases: [Double] = try fixture.array("cases")
    let expected: [Double] = try fixture.array("garwood")
    for index in 0..<cases.count / 2 {
      let count = Int(cases[2 * index])
      let interval = PoissonInterval(count: count, confidence: cases[2 * index + 1])
      let scale = max(1, Double(count))
      #expect(abs(interval.lower - expected[2 * index]) < 1e-9 * scale, "\(count)")
      #expect(abs(interval.upper - expected[2 * index + 1]) < 1e-9 * scale, "\(count)")
      #expect(interval.contains(Double(count)))
      let perImage = PoissonInterval(
        count: count, exposure: 50, confidence: cases[2 * index + 1])
      #expect(perImage.rate == Double(count) / 50)
      #expect(perImage.lower == interval.lower / 50 && perImage.upper == interval.upper / 50)
    }
  }

  @Test func knowsNothingWithoutTrials() {
    let interval = BinomialInterval(successes: 0, trials: 0)
    #expect(interval.rate == nil && interval.lower == 0 && interval.upper == 1)
  }

  @Test func saysWhetherAPromiseWasKept() {
    // 20 good images, one false alarm each promised, 60 raised.
    #expect(!PoissonInterval(count: 60, exposure: 20).contains(1))
    #expect(PoissonInterval(count: 25, exposure: 20).contains(1))
  }
}
