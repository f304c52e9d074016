import Foundation
import Inspection
import Testing

@Suite struct DecisionTests {
  private static let raw = RawPrediction(width: 2, height: 2, values: [0, 1, 2, 3])

  private static func predict(_ decision: Decision) throws -> Prediction {
    try Prediction(
      raw, decision, calibration: try Calibration([raw]), scoreKind: .own, imageWidth: 2,
      imageHeight: 2)
  }

  @Test(arguments: [0, -0.05, .infinity, .nan, -.infinity] as [Double])
  func nothingIsDecidedByThatManyFalseAlarms(_ perImage: Double) throws {
    for law in Decision.NullDistribution.allCases {
      let decision = Decision.falseAlarms(perImage: perImage, null: law)
      let error = #expect(throws: InspectionError.self) { try decision.validate() }
      #expect(error?.isUsage == true)
      #expect(error?.remedy == "accept a number above 0, such as 0.05")
      #expect(throws: InspectionError.self) { try Self.predict(decision) }
      var model = try Model.average(0.5)
      model.decision = decision
      #expect(throws: InspectionError.self) { try model.checkDecision() }
    }
  }

  @Test func aThresholdIsANumber() throws {
    let error = #expect(throws: InspectionError.self) {
      try Self.predict(.threshold(.nan))
    }
    #expect(error?.isUsage == true)
    #expect(try Self.predict(.threshold(-.infinity)).isAnomalous)
    #expect(try !Self.predict(.threshold(.infinity)).isAnomalous)
  }

  @Test(arguments: [.leastNonzeroMagnitude, 0.05, 1, .greatestFiniteMagnitude] as [Double])
  func anyOtherNumberDecides(_ perImage: Double) throws {
    let prediction = try Self.predict(.falseAlarms(perImage: perImage))
    // The only image of the calibration has one peak: 1 / (1 + 1) false alarms.
    #expect(prediction.isAnomalous == (perImage > 0.5))
    #expect(prediction.regions.isEmpty == !prediction.isAnomalous)
  }

  @Test func theoryThatIsNotKnown() throws {
    var model = try Model.average(0.5)
    try model.checkDecision()
    model.decision = .falseAlarms(perImage: 0.05, null: .theoretical)
    let error = #expect(throws: InspectionError.self) { try model.checkDecision() }
    #expect(error?.remedy == "use --null calibrated")
    model.decision = .threshold(1)
    try model.checkDecision()
  }

  /// The evidence says what is known of it before any image is judged.
  @Test func theoryOfEstimatedLaws() throws {
    for (samples, isKnown) in [(9, false), (100, false), (101, true)] {
      var model = try Model.average(
        0.5,
        nulls: [12, 100, 36].map { .hotelling(dimensions: $0, samples: samples) })
      try model.checkDecision()
      model.decision = .falseAlarms(perImage: 0.05, null: .theoretical)
      guard !isKnown else { return try model.checkDecision() }
      let error = #expect(throws: InspectionError.self) { try model.checkDecision() }
      #expect(error?.remedy == "use --null calibrated, or train on more than 100 images")
      #expect(error?.isUsage == true)
    }
  }

  @Test func lawsByName() throws {
    let laws = Decision.NullDistribution.allCases
    let stored = try JSONEncoder().encode(laws)
    #expect(String(decoding: stored, as: UTF8.self) == #"["calibrated","theoretical","corrected"]"#)
    #expect(try JSONDecoder().decode([Decision.NullDistribution].self, from: stored) == laws)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Decision.NullDistribution].self, from: Data(#"["magic"]"#.utf8))
    }
  }

  @Test func inWords() {
    #expect(
      Decision.standard.description
        == "0.05 false alarms expected in a good image (calibrated null distribution)")
    #expect(Decision.threshold(0.5).description == "scores above 0.5")
  }
}
