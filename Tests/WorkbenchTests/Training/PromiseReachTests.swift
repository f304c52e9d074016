import Datasets
import Fixtures
import Inspection
import Testing
import Workbench
import WorkbenchFixtures

@Suite struct PromiseReachTests {
  /// 16 good images: 1 in 17 by counting; with a confidence of 0.95, 1 - 0.05^(1/16) = 0.171, 1 in 5.
  @Test func whatSixteenImagesCanPromise() throws {
    let reach = try #require(PromiseReach(Cloth.model().calibration))
    for text in ["16 good images", "1 in 17 good images", "1 in 5 with a confidence of 0.95"] {
      #expect(reach.description.contains(text), "\(reach.description)")
    }
    #expect(reach.doubt(of: .falseAlarms(perImage: 0.06)) == nil)
    #expect(reach.doubt(of: .threshold(1)) == nil)
    #expect(reach.doubt(of: .falseAlarms(perImage: 0.001, null: .theoretical)) == nil)
    let doubt = try #require(reach.doubt(of: .falseAlarms(perImage: 0.05))).text
    for text in ["0.05 false alarms", "1 in 17", "give 19 good images", "--false-alarms 0.059"] {
      #expect(doubt.contains(text), "\(doubt)")
    }
    // 59 images: 1 - 0.05^(1/59) is just below 0.05.
    let confident = try #require(
      reach.doubt(of: .falseAlarms(perImage: 0.05, confidence: 0.95))
    ).text
    #expect(
      confident.contains("with a confidence of 0.95") && confident.contains("give 59 good images"))
  }

  /// However rare an alarm is asked for.
  @Test(arguments: [1e-12, 1e-300, .leastNonzeroMagnitude] as [Double])
  func nobodyHasSoManyImages(_ promise: Double) throws {
    let reach = try #require(PromiseReach(Cloth.model().calibration))
    for confidence in [nil, 0.95, 1 - 0x1p-53] {
      let doubt = reach.doubt(of: .falseAlarms(perImage: promise, confidence: confidence))
      #expect(doubt?.text.contains("accept more") == true)
      #expect(doubt?.text.contains("give ") == false)
    }
  }
}
