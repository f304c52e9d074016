import Backbones
import Detectors
import Fixtures
import Foundation
import Inspection
import Synchronization
import Testing
import Torch

extension RawPrediction {
  /// All of it, bit for bit.
  fileprivate var words: [UInt32] {
    ([score] + map.values + scales.flatMap(\.values)).map(\.bitPattern)
  }
}

/// What every detector of the registry promises.
@Suite struct DetectorConformanceTests {
  /// Settings that make a fit short; a detector without an entry is tried with its defaults.
  private static let quick: [String: [String: JSONValue]] = [
    "uflow": [
      "taps": .array([.integer(4), .integer(8)]), "flowSteps": .integer(2), "epochs": .integer(2),
      "batchSize": .integer(4),
    ],
    "padim": [
      "taps": .array([.integer(4), .integer(8)]), "channels": .integer(12),
      "batchSize": .integer(4),
    ],
    "pedenet": [
      "patchSizes": .array([.integer(32)]), "window": .integer(64), "width": .number(0.125),
      "dimensions": .integer(8), "clusters": .integer(3), "epochs": .integer(2),
      "pairs": .integer(16), "maximizations": .integer(1),
    ],
    "piade": [
      "encoder": .string("compact"), "steps": .integer(6), "batchSize": .integer(4),
      "perceptual": .string("efficientnet_lite0"),
    ],
  ]

  private static func detector(_ name: String, _ settings: [String: JSONValue] = [:]) throws
    -> any Detector
  {
    try DetectorRegistry.all.detector(
      name, settings: (quick[name] ?? [:]).merging(settings) { $1 })
  }

  private static func backbone(_ detector: any Detector) throws -> (any Backbone)? {
    try detector.backboneID.map { _ in try WovenCloth.backbone.get() }
  }

  private static func fit(
    _ detector: any Detector, seed: UInt64 = 0,
    report: @escaping (WorkProgress) throws -> Void = { _ in }
  ) throws -> any FittedDetector {
    try detector.fit(
      on: WovenCloth(0..<12),
      FitContext(
        backbone: backbone(detector), seed: seed, report: report,
        publishedWeights: RandomWeights.of))
  }

  /// All that is said of two images, bit for bit.
  private static func words(_ fitted: any FittedDetector) throws -> [[UInt8]] {
    let images = try WovenCloth(100..<102, flaw: WovenCloth.flaw).images
    let batch = inferenceMode { fitted.score(images) }
    return (batch.evidence.scales.map(\.statistic) + [batch.maps, batch.scores]).map {
      $0.withUnsafeBytes { Array($0) }
    }
  }

  @Test(arguments: DetectorRegistry.all.names) func restoredSaysTheSame(_ name: String) throws {
    let detector = try Self.detector(name)
    let fitted = try Self.fit(detector)
    let restored = try detector.restore(
      fitted.tensors.mapValues { $0.cloned() }, backbone: Self.backbone(detector))
    #expect(try Self.words(restored) == Self.words(fitted))
    #expect(restored.tensors.keys.sorted() == fitted.tensors.keys.sorted())
    #expect(fitted.tensors.values.allSatisfy { !$0.requiresGrad })
  }

  @Test(arguments: DetectorRegistry.all.names) func sameSeedSaysTheSame(_ name: String) throws {
    let fitted = try (0..<2).map { _ in try Self.fit(Self.detector(name), seed: 3) }
    #expect(try Self.words(fitted[0]) == Self.words(fitted[1]))
  }

  /// One scorer, eight threads: what each of them says of each picture is what one thread says, bit for bit.
  @Test(arguments: DetectorRegistry.all.names) func threadsSayTheSame(_ name: String) throws {
    let scorer = Scorer(
      try Self.fit(Self.detector(name)),
      ImagePreprocessing(
        height: WovenCloth.side, width: WovenCloth.side, colors: WovenCloth.architecture.colors))
    let weave = Weave(width: WovenCloth.side, height: WovenCloth.side)
    let pictures = (0..<4).map { weave.picture(100 + $0, flaw: $0 == 1 ? WovenCloth.flaw : nil) }
    let alone = try pictures.map { try scorer.score($0, name: "cloth").words }
    let others = Mutex<[[[UInt32]]]>([])
    let threads = (0..<8).map { number in
      Thread {
        let own = pictures.indices.map { index in
          // Each in an order of its own.
          (index + number) % pictures.count
        }.reduce(into: [[UInt32]](repeating: [], count: pictures.count)) { words, index in
          words[index] = (try? scorer.score(pictures[index], name: "cloth").words) ?? []
        }
        others.withLock { $0.append(own) }
      }
    }
    for thread in threads { thread.start() }
    while others.withLock({ $0.count }) < threads.count { usleep(1000) }
    for own in others.withLock({ $0 }) { #expect(own == alone) }
  }

  @Test(arguments: DetectorRegistry.all.names)
  func evidenceHasItsShapeAndIsFinite(_ name: String) throws {
    let fitted = try Self.fit(Self.detector(name))
    for count in [1, 3] {
      let images = try WovenCloth(100..<100 + count).images
      let batch = inferenceMode { fitted.score(images) }
      let evidence = batch.evidence
      #expect(!evidence.scales.isEmpty)
      for scale in evidence.scales {
        #expect(scale.statistic.rank == 3 && scale.statistic.shape[0] == count)
        #expect(scale.statistic.isFinite().all())
        if case .chiSquare(let degrees) = scale.null {
          #expect(degrees > 0)
          #expect(scale.statistic.min().item() >= 0)
        }
      }
      #expect(batch.maps.shape == [count, WovenCloth.side, WovenCloth.side])
      #expect(batch.maps.isFinite().all())
      #expect(batch.scores.shape == [count])
      #expect(batch.scores.isFinite().all())
    }
    #expect(fitted.metrics.values.allSatisfy { $0.isFinite })
  }

  @Test(arguments: DetectorRegistry.all.names) func settingsComeBack(_ name: String) throws {
    let detector = try Self.detector(name)
    let settings = try JSONValue(encoding: detector).members
    #expect(!settings.isEmpty)
    let again = try DetectorRegistry.all.detector(name, settings: settings)
    #expect(try JSONValue(encoding: again).members == settings)
    let error = #expect(throws: InspectionError.self) {
      try DetectorRegistry.all.detector(name, settings: ["nosuch": .integer(1)])
    }
    #expect(error?.subject == "setting nosuch")
  }

  /// No detector has a number among its settings that may be below 0.
  @Test(arguments: DetectorRegistry.all.names) func badNumbersAreNamed(_ name: String) throws {
    for (setting, value) in try JSONValue(encoding: Self.detector(name)).members {
      switch value {
      case .integer, .number: break
      default: continue
      }
      let detector = try Self.detector(name, [setting: .integer(-1)])
      let error = #expect(throws: InspectionError.self, "\(setting)") {
        try detector.validate(
          height: WovenCloth.side, width: WovenCloth.side, backbone: Self.backbone(detector))
      }
      #expect(error?.subject == setting)
      #expect(error?.isUsage == true)
    }
  }

  private struct Stop: Error {}

  @Test(arguments: DetectorRegistry.all.names)
  func progressIsToldAndMayEndTheFit(_ name: String) throws {
    var progress: [WorkProgress] = []
    _ = try Self.fit(Self.detector(name)) { progress.append($0) }
    #expect(progress.contains { $0.completed == $0.total })
    #expect(progress.allSatisfy { (0...$0.total).contains($0.completed) })
    #expect(throws: Stop.self) { try Self.fit(Self.detector(name)) { _ in throw Stop() } }
  }

  @Test(arguments: DetectorRegistry.all.names)
  func whatIsMissingIsNamed(_ name: String) throws {
    let detector = try Self.detector(name)
    let tensors = try Self.fit(detector).tensors
    #expect(throws: ParameterError.self) {
      try detector.restore([:], backbone: Self.backbone(detector))
    }
    guard detector.backboneID != nil else { return }
    #expect(throws: InspectionError.self) { try detector.restore(tensors, backbone: nil) }
    #expect(throws: InspectionError.self) {
      try detector.fit(on: WovenCloth(0..<2), FitContext(backbone: nil))
    }
  }
}
