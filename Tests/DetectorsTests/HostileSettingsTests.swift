import Backbones
import Detectors
import Fixtures
import Inspection
import Testing
import Torch

/// No value of a setting reaches arithmetic that it does not suit.
@Suite struct HostileSettingsTests {
  private static let side = 128

  private static func type(_ name: String) throws -> any Detector.Type {
    try DetectorRegistry.all.type(name)
  }

  private static func backbone(_ detector: any Detector) throws -> (any Backbone)? {
    try detector.backboneID.map { _ in try WovenCloth.backbone.get() }
  }

  /// What becomes of a value on its way from a file or the command line.
  private static func validate(_ name: String, _ setting: String, _ value: JSONValue) throws {
    let detector = try DetectorRegistry.all.detector(name, settings: [setting: value])
    try detector.validate(height: side, width: side, backbone: backbone(detector))
  }

  /// A setting without bounds, or bounds without a setting, is a mistake of whoever wrote the detector.
  @Test(arguments: DetectorRegistry.all.names) func everySettingHasBounds(_ name: String) throws {
    let type = try Self.type(name)
    let encoded = try JSONValue(encoding: type.init()).members.keys.sorted()
    #expect(type.settings.map(\.name).sorted() == encoded)
    for setting in type.settings {
      #expect(!setting.meaning.isEmpty && !setting.allowed.isEmpty)
      #expect(type.formerSettings[setting.name] == nil)
    }
  }

  @Test(arguments: DetectorRegistry.all.names) func defaultsAreWithinThem(_ name: String) throws {
    let detector = try Self.type(name).init()
    try detector.validate(height: 256, width: 256, backbone: Self.backbone(detector))
    for preset in DetectorRegistry.all.presets {
      try preset.detector.checkSettings(height: preset.imageSize, width: preset.imageSize)
    }
  }

  private static let hostile: [JSONValue] = [
    .integer(.max), .integer(.min), .integer(-1), .integer(0), .integer(1 << 40), .number(1e300),
    .number(-1e300), .number(1e19), .number(0.5), .number(1e-300), .number(.nan),
    .number(.infinity), .bool(true), .null, .string(""), .string("nan"), .string("💥"),
    .string(String(repeating: "x", count: 10_000)), .object([:]), .array([]),
    .array([.integer(.max)]), .array([.integer(-1), .integer(0)]), .array([.number(1e300)]),
    .array([JSONValue](repeating: .integer(4), count: 10_000)),
    .array([.integer(4), .integer(4)]), .array([.string("mse"), .string("mse")]),
    .array((0..<1000).map { .integer(1 << ($0 % 62)) }), .array([.null]), .array([.array([])]),
  ]

  /// Each value is either allowed or refused by an error that names the setting; what is outside the bounds never passes.
  @Test(arguments: DetectorRegistry.all.names) func valuesAreNamedOrTaken(_ name: String) throws {
    for setting in try Self.type(name).settings {
      for value in Self.hostile {
        do {
          try Self.validate(name, setting.name, value)
          #expect(setting.domain.contains(value), "\(setting.name)=\(value) passed")
        } catch let error as InspectionError {
          #expect(error.isUsage, "\(error)")
          #expect(error.remedy.count < 500 && error.found.count < 500)
          if !setting.domain.contains(value) {
            #expect(error.subject.hasSuffix(setting.name), "\(setting.name): \(error)")
          }
        }
      }
    }
  }

  /// The ends of every range, each by itself: to be validated, and to begin a fit with where that allows it.
  @Test(arguments: DetectorRegistry.all.names) func endsOfRangesBeginAFit(_ name: String) throws {
    struct Stop: Error {}
    let images = MemoryImages(
      images: try WovenCloth(0..<4).images.resampled(height: Self.side, width: Self.side))
    for setting in try Self.type(name).settings {
      let ends: [JSONValue]
      switch setting.domain {
      case .integer(let range): ends = [.integer(range.lowerBound), .integer(range.upperBound)]
      case .number(let range, let isOpen):
        ends = [
          .number(isOpen ? range.lowerBound.nextUp : range.lowerBound), .number(range.upperBound),
        ]
      case .integers(let values): ends = values.map { .integer($0) }
      case .choice(let values): ends = values.map { .string($0) }
      case .flag: ends = [.bool(false), .bool(true)]
      case .text, .tap, .list: continue
      }
      for end in ends {
        #expect(setting.domain.contains(end))
        let detector = try DetectorRegistry.all.detector(name, settings: [setting.name: end])
        do {
          try detector.validate(
            height: images.height, width: images.width, backbone: Self.backbone(detector))
          // Where work is told of, it would go on; the work itself is other tests' matter.
          _ = try detector.fit(
            on: images,
            FitContext(
              backbone: Self.backbone(detector), report: { _ in throw Stop() },
              publishedWeights: { _ in throw Stop() }))
        } catch is Stop {
        } catch let error as InspectionError {
          #expect(error.isUsage, "\(setting.name)=\(end): \(error)")
        }
      }
    }
  }

  @Test(arguments: DetectorRegistry.all.names) func imageSizesAreNamed(_ name: String) throws {
    let detector = try Self.type(name).init()
    for (height, width) in [(.max, .max), (0, 64), (64, -1), (.min, .min), (1 << 40, 1 << 30)] {
      let error = #expect(throws: InspectionError.self) {
        try detector.validate(
          height: height, width: width, backbone: Self.backbone(detector))
      }
      #expect(error?.subject == "image size")
    }
  }

  /// What each setting allows is more than memory holds together.
  @Test(
    arguments: [
      ("padim", ["grid": 1, "channels": 176], "grid"),
      ("gaussian", ["minimumSide": 2048], "minimumSide"),
      ("piade", ["batchSize": 4096, "maximumSide": 8192], "batchSize"),
      ("pedenet", ["batchSize": 4096, "window": 8192], "batchSize"),
      ("uflow", [:], "normalization"),
    ] as [(String, [String: Int], String)])
  func productsAreBounded(_ name: String, _ settings: [String: Int], _ subject: String) throws {
    let detector = try DetectorRegistry.all.detector(
      name, settings: settings.mapValues { .integer($0) })
    let error = #expect(throws: InspectionError.self) {
      try detector.validate(
        height: name == "gaussian" ? 32 : 8192, width: 8192, backbone: Self.backbone(detector))
    }
    #expect(error?.subject == subject)
    #expect(error?.isUsage == true)
  }

  @Test func formerNamesAreUnderstood() throws {
    let old = try #require(
      try DetectorRegistry.all.detector(
        "uflow", settings: ["apart": .array([.integer(16)]), "scoredShare": .number(0.25)])
        as? UFlow)
    #expect(old.separateScales == [16])
    #expect(old.topFraction == 0.25)
    let error = #expect(throws: InspectionError.self) {
      try DetectorRegistry.all.detector(
        "uflow", settings: ["scoredShare": .number(0.25), "topFraction": .number(0.5)])
    }
    #expect(error?.subject == "setting scoredShare")
  }
}

/// A saved model whose manifest names another image size than its tensors are of.
@Suite struct ImageSizeTests {
  private static let quick: [String: [String: JSONValue]] = [
    "uflow": ["flowSteps": 2, "epochs": 1, "normalization": "position"],
    "pedenet": [
      "width": 0.125, "dimensions": 8, "clusters": 3, "epochs": 1, "pairs": 8, "stride": 16,
      "density": "positions",
    ],
    "piade": ["encoder": "compact", "steps": 2, "losses": ["mse"]],
    "anomalyhop": ["model": "locationAware"],
  ]

  @Test(arguments: DetectorRegistry.all.names) func sizesAreTold(_ name: String) throws {
    let detector = try DetectorRegistry.all.detector(name, settings: Self.quick[name] ?? [:])
    let backbone = try detector.backboneID.map { _ in try WovenCloth.backbone.get() }
    let images = MemoryImages(
      images: try WovenCloth(0..<6).images.resampled(height: 160, width: 128))
    let fitted = try detector.fit(on: images, FitContext(backbone: backbone))
    try fitted.checkImageSize(height: 160, width: 128)
    for (height, width) in [(128, 128), (192, 128), (160, 144), (8192, 8192)] {
      if name == "gaussian" {
        try fitted.checkImageSize(height: height, width: width)
        continue
      }
      let error = #expect(throws: InspectionError.self) {
        try fitted.checkImageSize(height: height, width: width)
      }
      #expect(error?.subject == "image size")
    }
  }
}
