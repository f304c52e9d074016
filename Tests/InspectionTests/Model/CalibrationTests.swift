import Foundation
import Inspection
import Testing

@Suite struct CalibrationTests {
  private static func map(_ values: [Float]) -> AnomalyMap {
    AnomalyMap(width: values.count, height: 1, values: values)
  }

  /// Counted by hand: n images may raise n alarms between them, so the threshold is the (n + 1)-th largest value.
  @Test func thresholdLeavesOneAlarmAnImage() throws {
    let calibration = try Calibration(maps: [Self.map([1, 9, 3, 4]), Self.map([8, 2, 7, 0])])
    #expect(calibration.threshold == 7)
    #expect(calibration.falseAlarmsPerImage == 1)
    #expect(calibration.imageCount == 2)
    #expect(!calibration.isManual)
    #expect(
      try Calibration(
        maps: [Self.map([1, 9, 3, 4]), Self.map([8, 2, 7, 0])], falseAlarmsPerImage: 0
      )
      .threshold == 9)
  }

  @Test func givenThreshold() throws {
    let calibration = try Calibration(maps: [Self.map([1, 2])]).replacing(threshold: 0.5)
    #expect(calibration.threshold == 0.5)
    #expect(calibration.isManual)
    #expect(calibration.imageCount == 1)
  }

  @Test func withoutImages() throws {
    let error = #expect(throws: InspectionError.self) { try Calibration(maps: []) }
    #expect(error?.description == "calibration: no images; hold out at least 4")
  }

  @Test func survivesJSON() throws {
    let calibration = try Calibration(maps: [Self.map([0.1, 0.2, 0.3])])
    let stored = try JSON.encode(calibration)
    #expect(try JSONDecoder().decode(Calibration.self, from: stored) == calibration)
  }
}
