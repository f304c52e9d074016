import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Torch

/// A training that was cut off and gone on with is one that nothing has disturbed, for each detector that learns in epochs.
@Suite struct ResumeTests {
  /// Twelve images, three steps an epoch, four epochs.
  private static let settings: [String: [String: JSONValue]] = [
    "uflow": ["taps": [4, 8], "flowSteps": 2, "epochs": 4, "batchSize": 4],
    "uflow, patient": [
      "taps": [4, 8], "flowSteps": 2, "epochs": 4, "batchSize": 4, "patience": 3,
      "normalization": "layer", "reversible": true,
    ],
    "pedenet": [
      "patchSizes": [32], "window": 64, "width": 0.125, "dimensions": 8, "clusters": 3, "epochs": 4,
      "batchSize": 4, "pairs": 16,
    ],
    "piade": [
      "encoder": "compact", "steps": 12, "batchSize": 4, "score": "whitened",
      "losses": ["mse", "ssim"],
    ],
  ]

  private static let names = ["uflow", "uflow, patient", "pedenet", "piade"]

  private struct Stop: Error {}

  private final class Memory: CheckpointStore {
    var checkpoint: Checkpoint?
    var saved = 0

    func load() -> Checkpoint? { checkpoint }

    func save(_ checkpoint: Checkpoint) {
      saved += 1
      // What is kept must not change with the training.
      self.checkpoint = Checkpoint(
        tensors: checkpoint.tensors.mapValues { $0.detached().cloned() }, state: checkpoint.state)
    }
  }

  private static func detector(_ name: String, _ changes: [String: JSONValue] = [:]) throws
    -> any Detector
  {
    try DetectorRegistry.all.detector(
      name.split(separator: ",").map(String.init)[0],
      settings: (settings[name] ?? [:]).merging(changes) { $1 })
  }

  private static func fit(
    _ name: String, _ changes: [String: JSONValue] = [:], checkpoints: (any CheckpointStore)? = nil,
    selects: Bool = false, stopAfter last: Int? = nil
  ) throws -> any FittedDetector {
    let detector = try detector(name, changes)
    return try detector.fit(
      on: WovenCloth(0..<12),
      FitContext(
        backbone: name.hasPrefix("uflow") ? WovenCloth.backbone.get() : nil, seed: 5,
        report: { if $0.stage == "training", $0.completed == last { throw Stop() } },
        // Some number that depends on what was learnt, and is not always the highest in the last epoch.
        selection: selects ? { sin(1e4 * (checksum($0.tensors))) } : nil, checkpoints: checkpoints,
        publishedWeights: RandomWeights.of))
  }

  private static func checksum(_ tensors: [String: Tensor]) -> Double {
    tensors.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value.to(.float64).abs().mean().item() }
  }

  private static func bytes(_ fitted: any FittedDetector) -> [String: [UInt8]] {
    fitted.tensors.mapValues { $0.withUnsafeBytes { Array($0) } }
  }

  /// Cut off within the first epoch, at the end of one, and in the last.
  @Test(arguments: names, [false, true]) func goesOnFromACheckpoint(_ name: String, selects: Bool)
    throws
  {
    let whole = try Self.fit(name, selects: selects)
    #expect(whole.history["loss"]?.count == 4)
    #expect(whole.metrics.keys.contains(FitContext.selectedEpoch) == selects)
    let memory = Memory()
    for (step, saved) in selects ? [(6, 1)] : [(1, 0), (6, 1), (11, 3)] {
      memory.checkpoint = nil
      memory.saved = 0
      #expect(throws: Stop.self) {
        try Self.fit(name, checkpoints: memory, selects: selects, stopAfter: step)
      }
      #expect(memory.saved == saved)
      let resumed = try Self.fit(name, checkpoints: memory, selects: selects)
      #expect(Self.bytes(resumed) == Self.bytes(whole))
      #expect(resumed.metrics == whole.metrics)
      #expect(resumed.history == whole.history)
      #expect(memory.saved == 4)
    }
    // There is nothing left to learn, and the result is the same.
    let again = try Self.fit(name, checkpoints: memory, selects: selects)
    #expect(Self.bytes(again) == Self.bytes(whole))
  }

  @Test(arguments: ["uflow", "pedenet", "piade"])
  func aCheckpointOfAnotherNetworkIsRefused(_ name: String) throws {
    let memory = Memory()
    _ = try Self.fit(name, checkpoints: memory)
    let changes: [String: [String: JSONValue]] = [
      "uflow": ["flowSteps": 3], "pedenet": ["clusters": 4],
      "piade": ["encoder": "efficientnet_lite0"],
    ]
    let error = #expect(throws: InspectionError.self) {
      try Self.fit(name, changes[name] ?? [:], checkpoints: memory)
    }
    #expect(error?.subject == "checkpoint")
  }
}
