import Datasets
import Fixtures
import Inspection
import Testing
import Workbench
import WorkbenchFixtures

@Suite struct ShiftTests {
  /// Calibrated on 24 images.
  private static func model(in folder: String) throws -> Model {
    try Cloth.weave.write(100..<124, to: "\(folder)/good")
    return try CalibrationRun(
      Cloth.model(), on: Dataset.open("\(folder)/good", home: folder)
    ).run()
  }

  private static func shift(
    _ model: Model, _ paths: [String], _ label: (Int) -> Sample.Label = { _ in .unknown }
  ) throws -> Shift? {
    let samples = paths.enumerated().map { Sample(path: $1, name: "\($0)", label: label($0)) }
    return try PredictionRun(model: model, results: nil).run(samples).shift
  }

  @Test func isToldOfWhatLooksOtherwise() throws {
    try withTemporaryFolder { folder in
      var model = try Self.model(in: folder)
      let good = try Cloth.weave.write(200..<210, to: "\(folder)/new")
      let odd = try Cloth.weave.write(300..<316, to: "\(folder)/odd", flaw: Cloth.flaw)

      let calm = try #require(try Self.shift(model, good + odd.prefix(1)))
      #expect(!calm.isFound && calm.images == 11 && calm.calibrationImages == 24)
      #expect(calm.flawedShare == 0.1)

      let found = try #require(try Self.shift(model, odd))
      #expect(found.isFound && found.direction == .higher && found.beyondMedian == 16)
      let text = "\(found)"
      for words in [
        "these images look unlike those calibrated on",
        "16 of 16 score above the median of 24 good ones, p = 0.0",
        "unless more than 10 % of them are flawed, good images may alarm more often than promised",
      ] { #expect(text.contains(words), "\(text)") }
      #expect(found.record.members["found"] == .bool(true))

      // Of known labels, the good ones count.
      let labeled = try #require(
        try Self.shift(model, good + odd) { $0 < 10 ? .good : .defective(kind: "torn") })
      #expect(!labeled.isFound && labeled.images == 10 && labeled.flawedShare == 0)
      let wrong = try #require(try Self.shift(model, odd) { _ in .good })
      #expect(wrong.isFound && "\(wrong)".hasPrefix("the good ones among these images"))

      // A threshold promises nothing.
      model.decision = .threshold(1)
      #expect(try Self.shift(model, odd) == nil)
    }
  }

  /// Images that the model was fitted on score lower.
  @Test func isToldOfWhatLooksMoreOrdinary() throws {
    try withTemporaryFolder { folder in
      let odd = "\(folder)/odd"
      try Cloth.weave.write(300..<320, to: odd, flaw: Cloth.flaw)
      let model = try CalibrationRun(Cloth.model(), on: Dataset.open(odd, home: folder)).run()
      let good = try Cloth.weave.write(200..<216, to: "\(folder)/new")
      let shift = try #require(try Self.shift(model, good))
      #expect(shift.isFound && shift.direction == .lower)
      #expect("\(shift)".contains("16 of 16 score below the median of 20 good ones"))
      #expect("\(shift)".contains("faint flaws may pass"))
    }
  }
}
