import Backbones
import Detectors
import Inspection
import Torch

/// Seconds that an epoch of U-Flow's training takes over cached features; the counterpart of `python/uflow_step.py`: the
/// same shapes, batches and optimizer, standard normal features.
enum UFlowEpoch {
  /// The same over the number of images, and how far the seconds are from the straight line that fits them best.
  ///
  /// - Parameter epochs: two or more: the first warms up.
  static func growth(taps: [Int], epochs: Int) throws -> [String: Any] {
    let rows: [(images: Double, seconds: Double)] = try [64, 128, 256, 512].map { images in
      (Double(images), try secondsOfEpochs(images: images, taps: taps, epochs: epochs)[0])
    }
    let count = Double(rows.count)
    let center = (
      x: rows.map(\.images).reduce(0, +) / count, y: rows.map(\.seconds).reduce(0, +) / count
    )
    let slope =
      rows.map { ($0.images - center.x) * ($0.seconds - center.y) }.reduce(0, +)
      / rows.map { ($0.images - center.x) * ($0.images - center.x) }.reduce(0, +)
    let rests = rows.map { $0.seconds - center.y - slope * ($0.images - center.x) }
    let spread = rows.map { ($0.seconds - center.y) * ($0.seconds - center.y) }.reduce(0, +)
    return [
      "overImages": rows.map { ["images": $0.images, "seconds": $0.seconds] },
      "secondsAnImage": slope, "determination": 1 - rests.map { $0 * $0 }.reduce(0, +) / spread,
    ]
  }

  /// - Parameter epochs: two or more: the first warms up.
  static func run(images: Int, taps: [Int], epochs: Int) throws -> [String: Double] {
    let seconds = try secondsOfEpochs(images: images, taps: taps, epochs: epochs)
    return ["median": seconds[seconds.count / 2], "least": seconds[0]]
  }

  /// In ascending order, without the first epoch.
  private static func secondsOfEpochs(images: Int, taps: [Int], epochs: Int) throws -> [Double] {
    var settings = UFlow()
    // The authors' form, which anomalib has.
    (settings.taps, settings.separateScales, settings.normalization) = (taps, [], .channel)
    settings.epochs = epochs
    settings.learningRate = 1e-4
    settings.schedule = .constant
    // The clock starts when the first epoch has warmed everything up.
    var marks: [ContinuousClock.Instant] = []
    let steps = (images + settings.batchSize - 1) / settings.batchSize
    let context = FitContext(backbone: CachedFeatures()) { progress in
      if progress.stage == "training", progress.completed.isMultiple(of: steps) {
        marks.append(.now)
      }
    }
    _ = try settings.fit(on: NoImages(count: images), context)
    let durations = zip(marks, marks.dropFirst()).map { ($1 - $0).components }
    return durations.map { Double($0.seconds) + Double($0.attoseconds) * 1e-18 }.sorted()
  }
}

/// Stands where the frozen backbone stands: gives random features of EfficientNet-Lite0's shapes.
struct CachedFeatures: Backbone {
  let taps = [(4, 24), (8, 40), (16, 112), (32, 320)].map {
    FeatureTap("stride\($0.0)", stride: $0.0, channels: $0.1)
  }

  func features(_ images: Tensor, taps names: [String]) -> [Tensor] {
    taps.filter { names.contains($0.name) }.map { tap in
      .normal(
        [images.shape[0], tap.channels, 256 / tap.stride, 256 / tap.stride],
        generator: Generator(seed: UInt64(tap.stride)))
    }
  }

  func logits(_ images: Tensor) -> Tensor { .zeros([images.shape[0], 1000]) }
}

struct NoImages: TrainingImages {
  let count: Int
  let height = 256
  let width = 256

  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      try body(range, .zeros([range.count, 1, 1, 1]))
    }
  }
}
