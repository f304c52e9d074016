import Inspection
import Testing

@Suite struct DetectorRegistryTests {
  private static let registry = DetectorRegistry([AverageDetector.self])

  @Test func settingsReplaceDefaults() throws {
    let detector = try #require(
      try Self.registry.detector(
        "average", settings: ["gain": .integer(2), "sizes": .array([.integer(4)])])
        as? AverageDetector)
    #expect(detector.gain == 2)
    #expect(detector.sizes == [4])
    #expect(detector.epochs == 3)
    #expect(detector.title == "mean")
    #expect(Self.registry.names == ["average"])
  }

  @Test func unknownDetector() throws {
    let error = #expect(throws: InspectionError.self) { try Self.registry.detector("magic") }
    #expect(error?.subject == "detector magic")
    #expect(error?.remedy == "use one of: average")
    #expect(error?.isUsage == true)
  }

  @Test func unknownSetting() throws {
    let error = #expect(throws: InspectionError.self) {
      try Self.registry.detector("average", settings: ["gian": .number(2)])
    }
    #expect(error?.subject == "setting gian")
    #expect(
      error?.remedy == "use one of: backbone, epochs, gain, isStrict, sizes, title")
    #expect(error?.isUsage == true)
  }

  @Test(arguments: [
    ("gain", JSONValue.string("much")), ("epochs", .number(1.5)), ("epochs", .null),
    ("title", .integer(1)), ("isStrict", .integer(1)), ("isStrict", .string("true")),
    ("sizes", .integer(4)), ("sizes", .array([.string("4")])), ("gain", .bool(true)),
    ("gain", .number(.nan)), ("gain", .number(.infinity)), ("epochs", .number(1e300)),
  ])
  func valueOfAnotherType(_ setting: String, _ value: JSONValue) throws {
    let error = try #require(
      #expect(throws: InspectionError.self) {
        try Self.registry.detector("average", settings: [setting: value])
      })
    #expect(error.subject == "setting \(setting)")
    #expect(!error.found.contains("JSON"))
    if case .number(let number) = value {
      let kind = number.isFinite ? "a number that does not fit its type" : "not a finite number"
      #expect(error.found == kind)
    }
    #expect(!error.description.contains("\n"))
    #expect(error.isUsage)
  }
}
