import Fixtures
import Metrics
import Testing
import Torch

@Suite struct FairThresholdTests {
  /// Oracle: numpy tries every score and takes the smallest with few enough scores above it.
  @Test(arguments: ["smooth", "bursts", "ties", "constant"])
  func isTheSmallestThresholdWithinTheBudget(name: String) throws {
    let fixture = try FixtureCase(file: "fair", name: name, beside: #filePath)
    let shape = try fixture.tensor("maps").shape
    let maps: [Float] = try fixture.array("maps")
    let alarms = try #require(fixture.tensors["alarms"]).array(of: Double.self)
    for (rate, expected) in zip(alarms, try fixture.array("thresholds") as [Float]) {
      // More room than images: the budget must follow the images that came.
      var threshold = FairThreshold(maximumImageCount: shape[0] + 3, falseAlarmsPerImage: rate)
      let size = shape[1] * shape[2]
      for start in stride(from: 0, to: maps.count, by: size) {
        try threshold.add(map: Array(maps[start..<start + size]))
      }
      #expect(threshold.value == expected, "\(rate) alarms an image")
    }
  }

  /// U-Flow interpolates the ROC curve of good pixels: its threshold lies between ours and the next
  /// higher score, so ours raises no fewer alarms and still no more than allowed.
  @Test(arguments: ["smooth", "bursts", "ties", "constant"])
  func isNextBelowUFlowsInterpolation(name: String) throws {
    let fixture = try FixtureCase(file: "fair", name: name, beside: #filePath)
    let scores = Set(try fixture.array("maps") as [Float]).sorted()
    let interpolated: [Double] = try fixture.array("interpolated")
    for (threshold, other) in zip(try fixture.array("thresholds") as [Float], interpolated)
    where other.isFinite {
      let above = try #require(scores.first { $0 > threshold })
      #expect(Double(threshold) <= other && other <= Double(above))
    }
  }

  @Test func forgetsNoScoreThatMayMatter() throws {
    // Enough scores to be trimmed several times; the first image holds most of the largest.
    var threshold = FairThreshold(maximumImageCount: 50)
    var all: [Float] = []
    for image in 0..<50 {
      let map = (0..<4000).map { Float(($0 * 7919 + image) % 4001) / Float(image + 1) }
      try threshold.add(map: map)
      all += map
    }
    let value = try #require(threshold.value)
    #expect(all.count { $0 > value } <= 50)
    #expect(all.count { $0 >= value } > 50)
    #expect(threshold.imageCount == 50)
  }

  @Test func isUndefinedWhereEveryPixelMayAlarm() throws {
    var threshold = FairThreshold(maximumImageCount: 2)
    #expect(threshold.value == nil)
    try threshold.add(map: [3])
    #expect(threshold.value == nil)
    try threshold.add(map: [1, 2, 3])
    #expect(threshold.value == 2)
  }

  @Test func refusesAMapThatIsNotFinite() throws {
    var threshold = FairThreshold(maximumImageCount: 2)
    #expect(throws: MetricsError.nonFiniteScore(index: 1, value: "inf")) {
      try threshold.add(map: [0, .infinity])
    }
    #expect(threshold.imageCount == 0)
  }
}
