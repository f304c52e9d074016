import Blemish
import Detectors
import Inspection

/// Megabytes that training U-Flow takes at most, over the coupling blocks of each stage, with activations that are kept and
/// with activations that are computed anew. The features are standard normal, of EfficientNet-Lite0's shapes at 256 pixels.
enum TrainingMemory {
  static func run(taps: [Int], batchSize: Int) throws -> [String: Any] {
    func row(_ steps: Int, reversible: Bool) throws -> [String: Any] {
      var settings = UFlow()
      settings.taps = taps.map(TapChoice.stride)
      settings.batchSize = batchSize
      settings.flowSteps = steps
      settings.reversible = reversible
      settings.epochs = 3
      settings.learningRate = 1e-5
      settings.schedule = .constant
      var seconds: [Double] = []
      var last = ContinuousClock.now
      Hardware.resetPeakMemory()
      let before = Hardware.peakMemory ?? 0
      let context = FitContext(backbone: CachedFeatures()) { progress in
        guard progress.stage == "training" else { return }
        let passed = (ContinuousClock.now - last).components
        seconds.append(Double(passed.seconds) + Double(passed.attoseconds) * 1e-18)
        last = .now
      }
      _ = try settings.fit(on: NoImages(count: batchSize), context)
      return [
        "flowSteps": steps, "reversible": reversible,
        "peakMB": ((Hardware.peakMemory ?? 0) - before).rounded(),
        "stepSeconds": seconds.dropFirst().min() ?? 0,
      ]
    }
    // What is set up once must not count for the first row.
    _ = try row(2, reversible: false)
    return [
      "batchSize": batchSize, "taps": taps,
      "rows": try [2, 4, 8, 16, 32].flatMap { steps in
        try [true, false].map { try row(steps, reversible: $0) }
      },
    ]
  }
}
