import Fixtures
import Metrics
import Testing
import Torch

/// SplitMix64.
private struct Random: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct ShiftTestTests {
  /// Oracle: the probabilities integrated over the shares behind them, by `Scripts/fixtures/shift.py`.
  @Test(arguments: [
    "alike", "higher", "higher_some_flawed", "lower", "flaws", "few", "two", "none", "many",
  ])
  func agreesWithIntegrals(_ name: String) throws {
    let fixture = try Fixture.load("shift", beside: #filePath)
    func values<T: TensorElement>(_ part: String, _ type: T.Type) throws -> [T] {
      try #require(fixture["\(name).\(part)"]).array(of: type)
    }
    let expected = try values("expected", Double.self)
    var random = Random(seed: 0)
    var test = try #require(
      ShiftTest(
        reference: try values("reference", Float.self),
        flawedShare: try values("flawedShare", Double.self)[0], using: &random))
    let scores = try values("scores", Float.self)
    for (index, score) in ([nil] + scores.map(Optional.some)).enumerated() {
      if let score { test.add(score, using: &random) }
      #expect(test.count == index)
      #expect(
        [test.above, test.below].map(Double.init) == Array(expected[3 * index..<3 * index + 2]))
      let wealth = expected[3 * index + 2]
      #expect(abs(test.wealth - wealth) <= 1e-8 * wealth, "after \(index)")
      #expect(test.pValue == min(1, 1 / test.wealth))
    }
  }

  @Test func saysTheSameInAnyOrder() throws {
    var random = Random(seed: 3)
    let reference = (0..<25).map { _ in Float.random(in: 0..<1, using: &random) }
    let scores = (0..<40).map { _ in Float.random(in: 0.4..<1, using: &random) }
    func test(_ scores: [Float]) throws -> ShiftTest {
      var random = Random(seed: 0)
      var test = try #require(
        ShiftTest(reference: reference, flawedShare: 0.1, using: &random))
      for score in scores { test.add(score, using: &random) }
      return test
    }
    let sorted = try test(scores.sorted())
    #expect(try sorted.wealth == test(scores).wealth)
    #expect(try sorted.wealth == test(scores.sorted(by: >)).wealth)
    #expect(sorted.direction == .higher && sorted.pValue < 0.05)
  }

  /// Scores that are all equal are neither above nor below on the whole.
  @Test func tiesAreNoShift() throws {
    for seed in 0..<20 {
      var random = Random(seed: UInt64(seed))
      var test = try #require(
        ShiftTest(reference: Array(repeating: 1, count: 200), using: &random))
      for _ in 0..<300 { test.add(1, using: &random) }
      #expect(test.above + test.below > 280, "seed \(seed)")
      #expect((90...210).contains(test.above))
      #expect(test.pValue > 0.05)
    }
  }

  /// As the mathematics says of every looking: runs of what is alike warn in 5 of 100 at most, the share of flawed images included.
  @Test(arguments: [(12, 0.0), (40, 0.1)]) func seldomWarnsOfNothing(
    _ images: Int, _ flawedShare: Double
  ) throws {
    var random = Random(seed: 1)
    var warnings = 0
    for _ in 0..<300 {
      let reference = (0..<images).map { _ in Float.random(in: 0..<1, using: &random) }
      var test = try #require(
        ShiftTest(reference: reference, flawedShare: flawedShare, using: &random))
      for _ in 0..<60 {
        let isFlawed = Double.random(in: 0..<1, using: &random) < flawedShare
        test.add(isFlawed ? 100 : Float.random(in: 0..<1, using: &random), using: &random)
        if test.pValue <= 0.05 {
          warnings += 1
          break
        }
      }
    }
    // 15 are expected at most.
    #expect(warnings <= 22)
  }

  @Test func needsSomethingToCompareWith() {
    var random = Random(seed: 0)
    #expect(ShiftTest(reference: [], using: &random) == nil)
    #expect(ShiftTest(reference: [1], using: &random) == nil)
    #expect(ShiftTest(reference: [1, 2], using: &random)?.pValue == 1)
  }
}
