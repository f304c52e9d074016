import Backbones
import Detectors
import Inspection
import Testing
import Torch

@Suite struct UFlowSettingsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let subject: String
    let found: String
    var height = 64
    var width = 64
    let change: @Sendable (inout UFlow) -> Void
    var testDescription: String { "\(subject) \(found)" }
  }

  @Test(arguments: [
    Case(subject: "taps", found: "[]") { $0.taps = [] },
    Case(subject: "taps", found: "[3, 6]") { $0.taps = [3, 6] },
    Case(subject: "taps", found: "[4, 16]") { $0.taps = [4, 16] },
    Case(subject: "taps", found: "[8, 4]") { $0.taps = [8, 4] },
    Case(subject: "taps", found: "[4, 4]") { $0.taps = [4, 4] },
    Case(subject: "taps", found: "[0]") { $0.taps = [0] },
    Case(subject: "image size", found: "64 x 72", height: 72) { _ in },
    Case(subject: "image size", found: "40 x 64", width: 40) { _ in },
    Case(subject: "image size", found: "16 x 64", width: 16) { _ in },
    Case(subject: "image size", found: "0 x 0", height: 0, width: 0) { _ in },
    Case(subject: "epochs", found: "0") { $0.epochs = 0 },
    Case(subject: "batchSize", found: "-1") { $0.batchSize = -1 },
    Case(subject: "flowSteps", found: "0") { $0.flowSteps = 0 },
    Case(subject: "learningRate", found: "0") { $0.learningRate = 0 },
    Case(subject: "learningRate", found: "nan") { $0.learningRate = .nan },
    Case(subject: "learningRate", found: "inf") { $0.learningRate = .infinity },
    Case(subject: "topFraction", found: "1.5") { $0.topFraction = 1.5 },
    Case(subject: "topFraction", found: "nan") { $0.topFraction = .nan },
    Case(subject: "normalization", found: "whitening", height: 8192, width: 8192) { _ in },
    Case(subject: "patience", found: "-1") { $0.patience = -1 },
    Case(subject: "cacheBudget", found: "-1") { $0.cacheBudget = -1 },
    Case(subject: "cacheBudget", found: "\(Int.max)") { $0.cacheBudget = .max },
  ])
  func refuses(_ bad: Case) throws {
    var settings = UFlow()
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

  @Test func theBackboneMayFixTheImageSize() throws {
    let backbone = try BackboneArchitecture.msCaiT(
      "small",
      fine: CaiTConfiguration(imageSide: 64, channels: 8, heads: 2, depth: 1, featureDepth: 1),
      coarse: CaiTConfiguration(imageSide: 32, channels: 4, heads: 1, depth: 1, featureDepth: 1)
    ).load(.random(seed: 0))
    var flow = UFlow()
    (flow.backbone, flow.taps) = ("small", [16, 32])
    var padim = PaDiM()
    (padim.backbone, padim.taps, padim.channels) = ("small", [16, 32], 2)
    for detector in [flow, padim] as [any Detector] {
      try detector.validate(height: 64, width: 64, backbone: backbone)
      for (height, width) in [(128, 128), (64, 96)] {
        let error = #expect(throws: InspectionError.self) {
          try detector.validate(height: height, width: width, backbone: backbone)
        }
        #expect(error?.subject == "image size")
        #expect(error?.found == "\(width) x \(height)")
        #expect(error?.remedy.contains("give --image-size 64") == true)
        #expect(error?.isUsage == true)
      }
    }
  }

  @Test func defaultsAreAllowed() throws {
    let backbone = try WovenCloth.backbone.get()
    for (height, width) in [(256, 256), (64, 96), (512, 224)] {
      try UFlow().validate(height: height, width: width, backbone: backbone)
    }
  }

  /// Each setting keeps its name in saved models and configuration files.
  @Test func settingsByName() throws {
    let detector = try #require(
      try DetectorRegistry.all.detector(
        "uflow",
        settings: [
          "backbone": .string("resnet18"), "taps": .array([.integer(8)]),
          "normalization": .string("layer"), "flowSteps": .integer(2), "epochs": .integer(3),
          "batchSize": .integer(5), "learningRate": .number(0.1), "schedule": .string("linear"),
          "patience": .integer(4), "reversible": .bool(true), "cacheBudget": .integer(100),
        ]) as? UFlow)
    #expect(detector.backboneID == "resnet18")
    #expect(detector.taps == [8])
    #expect(detector.normalization == .layer)
    #expect(detector.flowSteps == 2)
    #expect(detector.epochs == 3)
    #expect(detector.batchSize == 5)
    #expect(detector.learningRate == 0.1)
    #expect(detector.schedule == .linear)
    #expect(detector.patience == 4)
    #expect(detector.reversible)
    #expect(detector.cacheBudget == 100)

    let error = #expect(throws: InspectionError.self) {
      try DetectorRegistry.all.detector("uflow", settings: ["normalization": .string("wild")])
    }
    #expect(error?.isUsage == true)
    #expect(error?.subject == "setting normalization")
  }
}
