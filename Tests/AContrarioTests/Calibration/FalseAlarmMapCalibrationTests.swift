import AContrario
import Fixtures
import Foundation
import Testing
import Torch

@Suite struct FalseAlarmMapCalibrationTests {
  private static func map(_ values: [Double], width: Int, height: Int) -> FalseAlarmMap {
    FalseAlarmMap(log10FalseAlarms: Plane(width: width, height: height, values: values))
  }

  /// Oracle: scikit-image's `local_maxima` with 8 neighbors.
  @Test(
    arguments: ["plateaus", "few_levels", "smooth", "distinct", "row", "constant", "nothing"])
  func findsThePeaks(name: String) throws {
    let tensors = try Fixture.load("false-alarm-law", beside: #filePath)
    let plane = try #require(tensors["peaks.\(name)"])
    let expected = try #require(tensors["peaks.\(name).values"]).array(of: Double.self)
    let map = Self.map(
      plane.array(of: Double.self), width: plane.shape[1], height: plane.shape[0])
    let peaks = try map.peaks().sorted(by: >)
    #expect(peaks == expected)
    // Regions are never more than the peaks that reach their limit.
    for limit in Set(peaks) {
      let regions = map.regions(log10Epsilon: -limit.nextDown)
      #expect(regions.count <= peaks.count { $0 >= limit })
    }
  }

  @Test func countsFalseAlarmsPixelByPixel() {
    let law = FalseAlarmLaw(peaks: [[4, 1], [2], [1]])
    let map = FalseAlarmMap(
      log10FalseAlarms: Plane(width: 3, height: 2, values: [0, -1, -1, -2, -4, -3]),
      scales: [0, 1, 0, 1, 0, 1])
    let found = map.calibrated(by: law)
    let counts = found.log10FalseAlarms.values.map { pow(10, $0) }
    // 4, 2 and 1 of the 4 peaks have at least so much evidence, of 3 + 1 images, and one more counts
    // where two lie in one image; the geometric mean of 1 and 2 lies half way.
    let expected = [6, 1.25, 1.25, 0.5, 0.25, sqrt(0.5 * 0.25)]
    for (count, expected) in zip(counts, expected) { #expect(abs(count - expected) < 1e-12) }
    #expect(found.scales == map.scales)
  }

  /// However many peaks good images have: there are no more pixels that could be false alarms.
  @Test func neverMoreFalseAlarmsThanPixels() {
    let law = FalseAlarmLaw(peaks: [[Double](repeating: 1, count: 100)])
    let map = Self.map([0, -0.5, -1, -1], width: 2, height: 2).calibrated(by: law)
    #expect(map.log10FalseAlarms.values == [Double](repeating: log10(4), count: 4))
    let empty = Self.map([], width: 0, height: 0).calibrated(by: law)
    #expect(empty.log10FalseAlarms.values.isEmpty)
  }
}
