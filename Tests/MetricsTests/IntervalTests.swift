import Fixtures
import Metrics
import Testing
import Torch

@Suite struct IntervalTests {
  /// Oracle: `scipy.stats.binomtest(...).proportion_ci`.
  @Test func binomialAgreesWithSciPy() throws {
    let fixture = try FixtureCase(file: "intervals", name: "binomial", beside: #filePath)
    let cases: [Double] = try fixture.array("cases")
    let expected: [Double] = try fixture.array("exact")
    for index in 0..<cases.count / 3 {
      let (successes, trials) = (cases[3 * index], cases[3 * index + 1])
      let interval = BinomialInterval(
        successes: successes, trials: trials, confidence: cases[3 * index + 2])
      #expect(abs(interval.lower - expected[2 * index]) < 1e-9, "\(successes) of \(trials)")
      #expect(abs(interval.upper - expected[2 * index + 1]) < 1e-9, "\(successes) of \(trials)")
      #expect(interval.rate == successes / trials)
    }
  }

  /// Oracle: `scipy.stats.chi2`.
  @Test func poissonAgreesWithSciPy() throws {
    let fixture = try FixtureCase(file: "intervals", name: "poisson", beside: #filePath)
    let cases: [Double] = try fixture.array("cases")
    let expected: [Double] = try fixture.array("garwood")
    for index in 0..<cases.count / 2 {
      let count = Int(cases[2 * index])
      let interval = PoissonInterval(count: Double(count), confidence: cases[2 * index + 1])
      let scale = max(1, Double(count))
      #expect(abs(interval.lower - expected[2 * index]) < 1e-9 * scale, "\(count)")
      #expect(abs(interval.upper - expected[2 * index + 1]) < 1e-9 * scale, "\(count)")
      let perImage = PoissonInterval(
        count: Double(count), exposure: 50, confidence: cases[2 * index + 1])
      #expect(perImage.rate == Double(count) / 50)
      #expect(perImage.lower == interval.lower / 50 && perImage.upper == interval.upper / 50)
    }
  }

  /// Oracle: quantiles of `scipy.stats.chi2` for the effective number of events.
  @Test(
    arguments: [
      (51, 184, 3, 0.16146401852620587, 0.4437822850419556),
      (4.5, 20, 1.5, 0.0464004092171701, 0.6575454802306743),
    ] as [(Double, Double, Double, Double, Double)])
  func clustersWidenTheInterval(
    _ count: Double, _ exposure: Double, _ dispersion: Double, _ lower: Double, _ upper: Double
  ) {
    let interval = PoissonInterval(count: count, exposure: exposure, dispersion: dispersion)
    #expect(interval.rate == count / exposure)
    #expect(abs(interval.lower - lower) < 1e-9)
    #expect(abs(interval.upper - upper) < 1e-9)
  }

  @Test func knowsNothingWithoutTrials() {
    let interval = BinomialInterval(successes: 0, trials: 0)
    #expect(interval.rate == nil && interval.lower == 0 && interval.upper == 1)
  }
}
