import Foundation
import Inspection
import Testing

@Suite struct ScoreLawTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let scores: [Float]
      let groups: [Int]
      let score: Float
      let values: [Double]
    }
    let confidences: [Double]
    let cases: [Case]
  }

  /// Against scipy.
  @Test func probabilitiesAreThoseOfScipy() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Data/score_law.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
    try #require(fixture.cases.count > 20)
    for example in fixture.cases {
      let law = ScoreLaw(example.scores, groups: example.groups)
      #expect(law.groupCount == Set(example.groups).count)
      for (confidence, expected) in zip(
        [nil] + fixture.confidences.map(Optional.some), example.values)
      {
        let found = law.log10Probability(of: example.score, confidence)
        #expect(
          abs(pow(10, found.value) - expected) < 1e-9, "\(example.score) of \(example.scores.count)"
        )
        #expect(!found.isExtrapolated)
      }
    }
  }

  /// Of images like those that it was learnt from, whose scores the law has not seen, no larger share alarms than promised: so
  /// says the theorem, on average over the images that were calibrated on.
  @Test(arguments: [0.2, 0.1, 0.05]) func keepsItsPromise(_ promise: Double) throws {
    var random = SeededRandom(seed: 3)
    var (alarms, confident, rounds) = (0, 0, 0)
    for _ in 0..<400 {
      // A heavy tail.
      func score() -> Float { Float(pow(Double.random(in: 0.001..<1, using: &random), -0.7)) }
      let law = ScoreLaw((0..<40).map { _ in score() })
      var own = 0
      for _ in 0..<25 where law.log10Probability(of: score()).value <= log10(promise) + 1e-9 {
        own += 1
      }
      alarms += own
      rounds += 1
      // With confidence the limit lies higher.
      let limit = law.log10Probability(of: law.scores[35]).value
      #expect(law.log10Probability(of: law.scores[35], 0.95).value > limit)
      confident += 1
    }
    let found = Double(alarms) / Double(rounds * 25)
    #expect(found < promise + 3 * (promise / Double(rounds * 25)).squareRoot() + 0.008)
    #expect(found > promise - 0.03)
    #expect(confident == rounds)
  }

  /// Beyond the highest score the law goes on falling, says so, and never ends.
  @Test func extrapolatesBeyondWhatItHasSeen() {
    let law = ScoreLaw((0..<20).map { Float($0) })
    #expect(law.least() == 1.0 / 21)
    #expect(law.least(0.95) == 1 - pow(0.05, 1.0 / 20))
    var last = law.log10Probability(of: 19)
    #expect(last.value == log10(2.0 / 21) && !last.isExtrapolated)
    for score in [19.5, 25, 100, 1e6, .greatestFiniteMagnitude] as [Float] {
      let next = law.log10Probability(of: score)
      #expect(next.value < last.value && next.value.isFinite && next.isExtrapolated)
      last = next
    }
    #expect(law.log10Probability(of: -5).value == 0)
  }

  @Test func scoresThatAreAllTheSame() {
    let law = ScoreLaw([2, 2, 2, 2])
    #expect(law.log10Probability(of: 3).value == log10(1.0 / 5))
    #expect(!law.log10Probability(of: 3).isExtrapolated)
    #expect(law.canReach(0.2) && !law.canReach(0.05))
  }

  @Test(arguments: [
    #"{"scores": [], "weights": [], "groupCount": 0}"#,
    #"{"scores": [1, 2], "weights": [1], "groupCount": 1}"#,
    #"{"scores": [2, 1], "weights": [1, 1], "groupCount": 2}"#,
    #"{"scores": [1, 2], "weights": [1, 1], "groupCount": 1}"#,
    #"{"scores": [1, 2], "weights": [2, 0], "groupCount": 2}"#,
    #"{"scores": [1, 2], "weights": [1, 1], "groupCount": 2, "tail": {"scale": 1, "shape": -0.3}}"#,
  ])
  func numbersThatMakeNoLaw(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ScoreLaw.self, from: Data(text.utf8))
    }
  }

  @Test func survivesJSON() throws {
    let law = ScoreLaw([3, 1, 2, 9, 4, 5], groups: [0, 0, 1, 2, 3, 3])
    #expect(try JSONDecoder().decode(ScoreLaw.self, from: JSON.encode(law)) == law)
    #expect(law.groupCount == 4)
  }
}
