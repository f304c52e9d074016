import Backbones
import DetectorConformance
import Detectors
import Fixtures
import Inspection
import Synchronization
import Torch

/// Every detector of the registry, so small that it is fitted in a moment.
enum SmallModels {
  private static let settings: [String: [String: JSONValue]] = [
    "uflow": ["taps": [4, 8], "flowSteps": 2, "epochs": 3, "batchSize": 4],
    "padim": ["taps": [4, 8], "channels": 12, "batchSize": 4],
    "gaussian": ["taps": [4, 8], "batchSize": 4],
    "pedenet": [
      "patchSizes": [32], "width": 0.125, "dimensions": 8, "clusters": 3, "epochs": 3,
      "pairs": 16, "batchSize": 4,
    ],
    "piade": ["encoder": "compact", "steps": 20, "batchSize": 4, "losses": ["mse", "ssim"]],
  ]

  static func detector(_ name: String, _ changes: [String: JSONValue] = [:]) throws
    -> any Detector
  {
    try DetectorRegistry.all.detector(
      name, settings: (settings[name] ?? [:]).merging(changes) { $1 })
  }

  static func backbone(_ detector: any Detector) throws -> (any Backbone)? {
    try detector.backboneID.map { _ in try WovenCloth.backbone.get() }
  }

  static func check(_ name: String) throws -> DetectorCheck {
    let detector = try detector(name)
    var check = DetectorCheck(detector, backbone: try backbone(detector))
    check.publishedWeights = RandomWeights.of
    return check
  }

  private static let made = Mutex<[String: Model]>([:])

  /// A model of cloth, made once for all tests.
  static func model(_ name: String) throws -> Model {
    if let model = made.withLock({ $0[name] }) { return model }
    let detector = try detector(name)
    let scorer = Scorer(
      try detector.fit(
        on: WovenCloth(0..<12),
        FitContext(backbone: backbone(detector), publishedWeights: RandomWeights.of)),
      ImagePreprocessing(
        height: WovenCloth.side, width: WovenCloth.side, colors: WovenCloth.architecture.colors))
    let weave = Weave(width: WovenCloth.side, height: WovenCloth.side)
    let model = Model(
      detector: detector, scorer: scorer,
      calibration: try Calibration(
        try (50..<54).map { try scorer.score(weave.picture($0), name: "cloth") }),
      backbone: detector.backboneID.map { BackboneReference(id: $0, sha256: "00") },
      provenance: Provenance(
        dataset: "cloth", datasetSHA256: "00", fittingImages: 12, calibrationImages: 4, seed: 0,
        threads: 1, device: "cpu", blemish: "0", libtorch: "0", processor: "none",
        created: "2024-01-01T00:00:00Z", seconds: ["fitting": 1.5],
        metrics: scorer.fitted.metrics))
    made.withLock { $0[name] = model }
    return model
  }
}
