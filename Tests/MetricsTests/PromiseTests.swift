import Metrics
import Testing
import Torch

/// False alarms against what was promised.
@Suite struct PromiseTests {
  /// Oracles: statsmodels (cluster-robust and Poisson regression, intervals of effective counts) and
  /// `scipy.stats.binomtest` for one model.
  @Test(
    arguments: [
      "none", "none_of_three", "one_of_one", "all", "single", "clustered", "one_alarm",
      "same_images", "other_images", "mixed", "five",
    ])
  func countsAgreeWithStatsmodels(_ name: String) throws {
    let fixture = try FixtureCase(file: "promises", name: name, beside: #filePath)
    let numbers: [Int] = try fixture.array("counts")
    let expected: [Double] = try fixture.array("expected")
    let images = try fixture.tensor("counts").shape[1]
    // As an evaluation gives them: only images with events, by name.
    let events = stride(from: 0, to: numbers.count, by: images).map { start in
      Dictionary(
        uniqueKeysWithValues: (0..<images).filter { numbers[start + $0] > 0 }.map {
          ("good/\($0).png", numbers[start + $0])
        })
    }
    let counts = try #require(RepeatedCounts(events, images: images))
    let (regions, alarms) = (counts.perImage, counts.alarmRate)
    let found = [
      counts.dispersion, regions.rate, regions.lower, regions.upper, try #require(alarms.rate),
      alarms.lower, alarms.upper,
    ]
    for (value, expected) in zip(found, expected) { #expect(abs(value - expected) < 1e-8) }
  }

  /// Seeds that say the same say no more than one of them.
  @Test func modelsThatAgreeCountOnce() throws {
    let events = ["a": 1, "b": 2]
    let one = try #require(RepeatedCounts([events], images: 20))
    let four = try #require(RepeatedCounts(Array(repeating: events, count: 4), images: 20))
    #expect(abs(one.alarmRate.lower - four.alarmRate.lower) < 1e-12)
    #expect(abs(one.alarmRate.upper - four.alarmRate.upper) < 1e-12)
    #expect(abs(one.perImage.upper - four.perImage.upper) < 1e-12)
    let other = try #require(
      RepeatedCounts([["a": 1], ["b": 1], ["c": 1], ["d": 1]], images: 20))
    #expect(other.alarmRate.upper < one.alarmRate.upper)
  }

  @Test func countsOfOtherImagesAreNone() {
    #expect(RepeatedCounts([], images: 3) == nil)
    #expect(RepeatedCounts([[:]], images: 0) == nil)
    #expect(RepeatedCounts([["a": 1], ["b": 1]], images: 1) == nil)
  }

  /// Alarms among good images against the promise; intervals by `scipy.stats.binomtest`: 0.25 to 0.42 and so on.
  @Test(
    arguments: [
      (0, 20, 0.1, "kept"), (0, 20, 0.05, "too few to tell"), (0, 4, 0.05, "too few to tell"),
      (0, 35, 0.05, "too few to tell"), (0, 36, 0.05, "kept"), (0, 182, 0.01, "too few to tell"),
      (0, 183, 0.01, "kept"), (9, 26, 0.05, "not kept"), (3, 26, 0.05, "too few to tell"),
      (4, 26, 0.05, "too few to tell"), (10, 200, 0.05, "kept"), (16, 200, 0.05, "too few to tell"),
      (19, 200, 0.05, "not kept"), (0, 0, 0.05, "too few to tell"), (20, 20, 0.5, "not kept"),
    ] as [(Double, Double, Double, String)])
  func promisesAreJudged(
    _ alarms: Double, _ images: Double, _ promise: Double, _ verdict: String
  ) {
    let interval = BinomialInterval(successes: alarms, trials: images)
    let judged = PromiseVerdict(promise: promise, lower: interval.lower, upper: interval.upper)
    #expect(judged.description == verdict)
  }

  /// The interval that version 0.1 called kept: 0.18 to 0.71 regions where 0.1 were promised.
  @Test func anIntervalAboveThePromiseIsNotKept() {
    #expect(PromiseVerdict(promise: 0.1, lower: 0.18, upper: 0.71) == .notKept)
    #expect(PromiseVerdict(promise: 0.1, lower: 0.1, upper: 0.199) == .kept)
    #expect(PromiseVerdict(promise: 0.1, lower: 0.1, upper: 0.2) == .tooFewToTell)
    #expect(PromiseVerdict(promise: 0.1, lower: 0, upper: 0.01) == .kept)
  }
}
