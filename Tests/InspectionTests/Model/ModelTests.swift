import Backbones
import Fixtures
import Inspection
import Testing
import Torch

@Suite struct ModelTests {
  @Test func predictsByHand() throws {
    try withTemporaryFolder { folder in
      let weave = Weave(width: 40, height: 48)
      let path = try weave.write(0..<1, to: folder)[0]
      let model = try Model.average(0.5)
      let prediction = try model.predict(path)
      let input = model.preprocessing.normalize(
        try model.preprocessing.resize(weave.picture(0), path: path))
      let expected = (input - 0.5).square().mean(1)
      #expect(prediction.map.values == expected.array(of: Float.self))
      #expect(prediction.raw.score == prediction.map.values.max())
      #expect(prediction.decision == .falseAlarms(perImage: 0.05, null: .calibrated))
      #expect(prediction.suspicion == model.calibration.fairThreshold)
      let inMemory = try model.predict(weave.picture(0), name: "cloth")
      #expect(inMemory.map == prediction.map && inMemory.score == prediction.score)
      #expect(prediction.imageWidth == 40 && prediction.imageHeight == 48)
    }
  }

  /// A detector of somebody else may give none.
  @Test(arguments: [0, 257]) func evidenceOfTooFewOrTooManyScales(_ count: Int) throws {
    struct Mute: FittedDetector {
      let count: Int
      let tensors: [String: Tensor] = [:]

      func score(_ images: Tensor) -> ScoredBatch {
        let map = images.mean(1)
        let scale = Evidence.Scale(statistic: map, null: .empirical, name: "mean")
        return ScoredBatch(
          evidence: Evidence(scales: [Evidence.Scale](repeating: scale, count: count)), maps: map)
      }
    }
    let scorer = Scorer(
      Mute(count: count), ImagePreprocessing(height: 32, width: 32, colors: .imageNet))
    let error = #expect(throws: InspectionError.self) {
      try scorer.score(Weave().picture(0), name: "cloth")
    }
    #expect(error?.subject == "the detector")
    #expect(error?.remedy.contains("1 to 256") == true)
  }

  @Test func answersThatAreNoNumbersAreErrors() throws {
    try withTemporaryFolder { folder in
      let path = try Weave().write(0..<1, to: folder)[0]
      let error = #expect(throws: InspectionError.self) {
        try Model.average(.nan).predict(path)
      }
      #expect(error?.subject == path)
      #expect(error?.remedy.contains("learning rate") == true)
    }
  }
}
