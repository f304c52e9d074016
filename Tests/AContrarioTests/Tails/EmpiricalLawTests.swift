import AContrario
import Fixtures
import Foundation
import Testing
import Torch

@Suite struct EmpiricalLawTests {
  /// Oracle: the laws that scipy drew the samples from. The body is exact to the grain of the sample;
  /// the tail is an estimate from 200 excesses, drawn towards a heavy one.
  @Test(arguments: ["exponential", "pareto", "chi"])
  func comesCloseToTheLawBehindASample(name: String) throws {
    let tensors = try Fixture.load("tails", beside: #filePath)
    let sample: [Float] = try #require(tensors["sample.\(name)"]).array(of: Float.self)
    let xs: [Double] = try #require(tensors["sample.\(name).x"]).array(of: Double.self)
    let values: [Double] = try #require(tensors["sample.\(name).values"]).array(of: Double.self)
    let law = try EmpiricalLaw(sample: sample)
    for (x, value) in zip(xs, values) {
      #expect(abs(law.log10Survival(x) - value) < (x <= law.threshold ? 0.003 : 0.2), "\(x)")
    }
    #expect(law.quantiles.count <= 512)
    let data = try JSONEncoder().encode(law)
    #expect(try JSONDecoder().decode(EmpiricalLaw.self, from: data) == law)
  }

  @Test(
    arguments: [
      [3], [1, 2], [0, 0, 0, 0], [-0.0, 0.0], (0..<10).map { Float($0) },
      (0..<1000).map { Float($0 < 990 ? 0 : 1) }, (0..<1000).map { Float($0 < 500 ? 0.5 : 1) },
      [-1e38, 1e38, 0, 1e-30],
    ] as [[Float]])
  func fallsAndNeverCallsAnythingImpossible(sample: [Float]) throws {
    let law = try EmpiricalLaw(sample: sample)
    let least = Double(try #require(sample.min()))
    let largest = Double(try #require(sample.max()))
    #expect(law.log10Survival(least) == 0)
    let span = max(largest - least, 1)
    var last = 0.0
    for step in 0...400 {
      let value = law.log10Survival(least + span * Double(step) / 100)
      #expect(value <= last + 1e-15 && value > -.infinity)
      last = value
    }
    #expect(law.log10Survival(.greatestFiniteMagnitude) > -.infinity)
    #expect(law.log10Survival(-.greatestFiniteMagnitude) == 0)
  }

  @Test func aConstantSampleSaysNothingOfLargerValues() throws {
    let law = try EmpiricalLaw(sample: [Float](repeating: 2, count: 99))
    #expect(law.tail == nil)
    #expect(law.log10Survival(2) == 0)
    #expect(abs(law.log10Survival(1e9) + 2) < 1e-14)
  }

  @Test func aNegativeShapeEndsTheLawWhereAllowed() throws {
    let sample = (0..<100_000).map { Float($0) }
    let bounded = try EmpiricalLaw(sample: sample, shapes: -0.5...2)
    #expect(try #require(bounded.tail).shape == -0.5)
    #expect(bounded.log10Survival(200_000) == -.infinity)
    #expect(try #require(try EmpiricalLaw(sample: sample).tail).shape == 0)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func refusesValuesThatAreNotFinite(bad: Float) {
    #expect(throws: SampleError.nonFinite(index: 1, value: "\(bad)")) {
      try EmpiricalLaw(sample: [0, bad, 1])
    }
    #expect(throws: SampleError.empty) { try EmpiricalLaw(sample: []) }
  }

  @Test func refusesDamagedData() {
    let text = #"{"threshold":1,"tailProbability":0.1,"quantiles":[]}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(EmpiricalLaw.self, from: Data(text.utf8))
    }
  }
}
