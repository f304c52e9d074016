import AContrario
import Fixtures
import Testing
import Torch

/// Oracle: mpmath with 50 digits; scipy for the quantiles.
@Suite struct TailLawTests {
  private func cases(_ name: String) throws -> [([Double], Double)] {
    let tensors = try Fixture.load("tails", beside: #filePath)
    let cases = try #require(tensors["\(name).cases"])
    let values: [Double] = try #require(tensors["\(name).values"]).array(of: Double.self)
    let flat: [Double] = cases.array(of: Double.self)
    let width = flat.count / values.count
    return values.enumerated().map { index, value in
      (Array(flat[index * width..<(index + 1) * width]), value)
    }
  }

  private func expectClose(
    _ value: Double, _ expected: Double, relative: Double = 1e-10, absolute: Double = 0,
    _ what: [Double]
  ) {
    #expect(
      abs(value - expected) <= max(relative * abs(expected), absolute),
      "\(what): \(value), expected \(expected)")
  }

  @Test func chiSquareKeepsItsDigitsInBothTails() throws {
    for (input, expected) in try cases("chi_square") {
      let law = ChiSquareLaw(degreesOfFreedom: Int(input[0]))
      expectClose(law.log10Survival(input[1]), expected, input)
    }
  }

  @Test func chiSquareQuantiles() throws {
    for (input, expected) in try cases("quantile") {
      let law = ChiSquareLaw(degreesOfFreedom: Int(input[0]))
      expectClose(law.quantile(input[1]), expected, input)
    }
    let one = ChiSquareLaw(degreesOfFreedom: 1)
    expectClose(one.quantile(0.9), 2.7055435, relative: 1e-7, [])
    expectClose(one.quantile(0.5), 0.4549364, relative: 1e-7, [])
    #expect(one.quantile(0) == 0)
    #expect(one.quantile(1e-300) == 0)
    #expect(one.quantile(1) == .infinity)
  }

  @Test func chernoffBoundOfTheUpperTailOnly() {
    for (degrees, x, expected) in [
      (816, 1632.0, -54.37191), (192, 384, -12.79339), (816, 1000, -3.92468),
    ] {
      let law = ChiSquareLaw(degreesOfFreedom: degrees)
      expectClose(law.log10ChernoffBound(x), expected, absolute: 5e-6, [x])
      #expect(law.log10ChernoffBound(x) > law.log10Survival(x))
      #expect(law.log10ChernoffBound(x) == law.log10ChernoffBound(x, guarded: false))
    }
    let law = ChiSquareLaw(degreesOfFreedom: 816)
    #expect(law.log10ChernoffBound(600) == 0)
    #expect(law.log10ChernoffBound(600, guarded: false) < -7)
  }

  @Test func normalKeepsItsDigitsInBothTails() throws {
    for (input, expected) in try cases("normal") {
      expectClose(NormalLaw().log10Survival(input[0]), expected, input)
    }
    #expect(NormalLaw(mean: 3, deviation: 2).log10Survival(7) == NormalLaw().log10Survival(2))
  }

  @Test func binomialKeepsItsDigitsInBothTails() throws {
    for (input, expected) in try cases("binomial") {
      let law = BinomialLaw(trials: Int(input[0]), probability: input[1])
      expectClose(law.log10Survival(input[2]), expected, input)
    }
  }

  @Test func binomialRoundsDownAndEndsAtTheTrials() {
    let law = BinomialLaw(trials: 25, probability: 0.1)
    for (x, expected) in [(0, -0.032354), (2.5, -0.334507), (5, -1.476254), (10, -4.932519)] {
      expectClose(law.log10Survival(x), expected, absolute: 1e-6, [x])
    }
    #expect(law.log10Survival(25) == -.infinity)
    #expect(law.log10Survival(-0.5) == 0)
    #expect(law.log10ContinuousSurvival(25) == -.infinity)
  }

  /// Near x = 0 the integral is close to 1 and its log10 is exact in absolute terms only.
  @Test func binomialExtendsToRealCounts() throws {
    for (input, expected) in try cases("continuous") {
      let law = BinomialLaw(trials: Int(input[0]), probability: input[1])
      expectClose(law.log10ContinuousSurvival(input[2]), expected, absolute: 1e-13, input)
    }
  }
}
