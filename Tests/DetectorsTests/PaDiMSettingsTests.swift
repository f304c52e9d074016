import Backbones
import Detectors
import Inspection
import Testing

@Suite struct PaDiMSettingsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let subject: String
    let found: String
    var height = 64
    var width = 64
    let change: @Sendable (inout PaDiM) -> Void
    var testDescription: String { "\(subject) \(found)" }
  }

  @Test(arguments: [
    Case(subject: "taps", found: "[]") { $0.taps = [] },
    Case(subject: "taps", found: "[3]") { $0.taps = [3] },
    Case(subject: "taps", found: "[8, 4]") { $0.taps = [8, 4] },
    Case(subject: "taps", found: "[4, 4]") { $0.taps = [4, 4] },
    Case(subject: "image size", found: "64 x 15", height: 15) { _ in },
    Case(subject: "image size", found: "0 x 0", height: 0, width: 0) { _ in },
    Case(subject: "grid", found: "0") { $0.grid = 0 },
    Case(subject: "channels", found: "0") { $0.channels = 0 },
    Case(subject: "channels", found: "177") { $0.channels = 177 },
    Case(subject: "channels", found: "100") { $0.taps = [4, 8] },
    Case(subject: "regularizer", found: "0") { $0.regularizer = 0 },
    Case(subject: "regularizer", found: "nan") { $0.regularizer = .nan },
    Case(subject: "smoothing", found: "-1") { $0.smoothing = -1 },
    Case(subject: "smoothing", found: "inf") { $0.smoothing = .infinity },
    Case(subject: "batchSize", found: "0") { $0.batchSize = 0 },
  ])
  func refuses(_ bad: Case) throws {
    var settings = PaDiM()
    bad.change(&settings)
    let error = #expect(throws: InspectionError.self) {
      try settings.validate(
        height: bad.height, width: bad.width, backbone: WovenCloth.backbone.get())
    }
    #expect(error?.subject == bad.subject)
    #expect(error?.found == bad.found)
    #expect(error?.remedy.isEmpty == false)
    #expect(error?.isUsage == true)
  }

  @Test func whatIsAllowed() throws {
    let backbone = try WovenCloth.backbone.get()
    for (height, width) in [(256, 256), (16, 40), (250, 99)] {
      try PaDiM().validate(height: height, width: width, backbone: backbone)
    }
    var all = PaDiM()
    all.reduction = .none
    all.channels = 1000
    all.taps = [4, 16]
    try all.validate(height: 64, width: 64, backbone: backbone)
  }

  /// Each setting keeps its name in saved models and configuration files.
  @Test func settingsByName() throws {
    let detector = try #require(
      try DetectorRegistry.all.detector(
        "padim",
        settings: [
          "backbone": .string("resnet18"), "taps": .array([.integer(8)]), "grid": .integer(1),
          "reduction": .string("orthogonal"), "channels": .integer(50),
          "regularizer": .number(0.2), "smoothing": .integer(2), "batchSize": .integer(5),
        ]) as? PaDiM)
    #expect(detector.backboneID == "resnet18")
    #expect(detector.taps == [8])
    #expect(detector.grid == 1)
    #expect(detector.reduction == .orthogonal)
    #expect(detector.channels == 50)
    #expect(detector.regularizer == 0.2)
    #expect(detector.smoothing == 2)
    #expect(detector.batchSize == 5)
    let error = #expect(throws: InspectionError.self) {
      try DetectorRegistry.all.detector("padim", settings: ["reduction": .string("pca")])
    }
    #expect(error?.subject == "setting reduction")
  }
}
