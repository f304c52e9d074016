import Detectors
import Foundation
import Inspection
import Synchronization
import Torch

/// Milliseconds of a training step of PIADE; `python/piade_step.py` is the counterpart: the same network, losses, shapes,
/// batches and optimizer.
enum PIADEStep {
  /// Median and least of `steps`, on the clock and on all processors together: where others use the machine, with one
  /// thread, the latter are the fairer figures.
  ///
  /// - Parameter variant: `compact`, the default at 28 x 28 pixels, or `figure`, the preset at 120 x 120, for which
  ///   `piade_step.py --home` makes weights.
  static func run(variant: String, batch: Int?, steps: Int) throws -> [String: Any] {
    guard ["compact", "figure"].contains(variant) else {
      throw Misuse(description: "--variant is \(variant); give compact or figure")
    }
    let isFigure = variant == "figure"
    let preset = isFigure ? try DetectorRegistry.all.preset("piade/figure").detector : PIADE()
    guard var settings = preset as? PIADE else { return [:] }
    let warmUp = 4
    settings.batchSize = batch ?? settings.batchSize
    settings.steps = steps + warmUp
    settings.learningRate = 1e-3
    settings.schedule = .constant
    // Behind a lock: a local array was once seen empty here in an optimized build; why is not known.
    let marks = Mutex<[(instant: ContinuousClock.Instant, processor: Double)]>([])
    let context = FitContext(backbone: nil) { progress in
      guard progress.stage == "training" else { return }
      marks.withLock { $0.append((.now, Double(clock()) / Double(CLOCKS_PER_SEC))) }
    }
    let side = isFigure ? 120 : 28
    let images = NormalImages(count: settings.batchSize * 4, side: side)
    let fitted = try settings.fit(on: images, context)
    let times = marks.withLock { $0 }
    let seconds = zip(times, times.dropFirst()).map { ($1.instant - $0.instant).components }
      .map { Double($0.seconds) + Double($0.attoseconds) * 1e-18 }
    let processorSeconds = zip(times, times.dropFirst()).map { $1.processor - $0.processor }
    func summary(_ values: [Double]) -> [String: Double] {
      let sorted = values.dropFirst(warmUp - 1).sorted().map { ($0 * 1e5).rounded() / 100 }
      return ["median": sorted[sorted.count / 2], "least": sorted[0]]
    }
    return [
      "variant": variant, "batch": settings.batchSize, "side": side, "threads": Machine.threads,
      "milliseconds": summary(seconds), "processorMilliseconds": summary(processorSeconds),
      "lastLoss": fitted.metrics["loss"] ?? .nan,
    ]
  }
}

/// Images of noise, as a detector without a backbone is given them.
private struct NormalImages: TrainingImages {
  let count: Int
  let height: Int
  let width: Int

  init(count: Int, side: Int) { (self.count, height, width) = (count, side, side) }

  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    let images = Tensor.normal([count, 3, height, width], generator: Generator(seed: 0))
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      try body(range, images[range])
    }
  }
}
