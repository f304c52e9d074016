import Foundation
import Imaging
import Inspection
import Synchronization
import Torch

/// Reads, decodes and resizes images on all cores, ahead of their use and in order.
///
/// What waits for its use is bounded in number and in bytes. Images of the model's size are kept for the next pass over them as
/// far as there is room, so that files are read once.
public struct ImageLoader: Sendable {
  /// The way from a file's image to what a model is given.
  public let preprocessing: ImagePreprocessing
  /// Images that may wait for their use.
  let lookAhead: Int
  let workers: Int
  let byteLimit: Int
  private let check: @Sendable () throws -> Void
  private let startThread: @Sendable (@escaping @Sendable () -> Void) -> Bool
  private let kept: KeptImages

  /// - Parameters:
  ///   - workers: threads that load; nil takes as many as there are cores.
  ///   - check: is asked again and again while images are waited for; it throws to end the work.
  public init(
    _ preprocessing: ImagePreprocessing, workers: Int? = nil,
    check: @escaping @Sendable () throws -> Void = {}
  ) {
    self.init(
      preprocessing, workers: workers, byteLimit: 256 << 20, check: check,
      startThread: DetachedThread.start)
  }

  /// - Parameters:
  ///   - byteLimit: what the images that wait or are being loaded may take.
  ///   - startThread: runs its argument beside; false where it cannot.
  package init(
    _ preprocessing: ImagePreprocessing, workers: Int? = nil, byteLimit: Int,
    check: @escaping @Sendable () throws -> Void = {},
    startThread: @escaping @Sendable (@escaping @Sendable () -> Void) -> Bool
  ) {
    self.preprocessing = preprocessing
    self.workers = workers ?? max(ProcessInfo.processInfo.activeProcessorCount, 1)
    lookAhead = self.workers * 4
    self.byteLimit = byteLimit
    self.check = check
    self.startThread = startThread
    kept = KeptImages()
  }

  /// The same loader with other levels, see ``ImagePreprocessing/levels``; what was kept of 8-bit images stays.
  package func with(levels: ClosedRange<Float>?) -> ImageLoader {
    var changed = preprocessing
    changed.levels = levels
    return ImageLoader(self, changed)
  }

  private init(_ loader: ImageLoader, _ preprocessing: ImagePreprocessing) {
    self.preprocessing = preprocessing
    (lookAhead, workers, byteLimit) = (loader.lookAhead, loader.workers, loader.byteLimit)
    (check, startThread, kept) = (loader.check, loader.startThread, loader.kept)
  }

  /// Reads one image.
  ///
  /// - Throws: `ImageError` or ``InspectionError`` that names the file: it cannot be read, is too small, or memory runs out.
  public func load(_ sample: Sample) throws -> LoadedImage {
    try prepare(try sample.image(), of: sample)
  }

  /// Hands every sample to `body` in order, loaded or with the reason why it could not be.
  package func forEach(
    _ samples: [Sample], _ body: (Int, Result<LoadedImage, any Error>) throws -> Void
  ) throws {
    try forEach(
      samples,
      load: { sample in
        let image = Result { try load(sample) }
        let bytes = (try? image.get()).map { $0.original.byteCount + $0.resized.count } ?? 0
        return LoadingQueue.Load(value: image, held: bytes, peak: bytes)
      }, body)
  }

  /// Hands every sample to `body` in order as the model sees it, `[1, 3, H, W]`, or with the reason why it could not be; the
  /// originals are not kept.
  package func forEachResized(
    _ samples: [Sample], _ body: (Int, Result<Tensor, any Error>) throws -> Void
  ) throws {
    try forEach(
      samples,
      load: { sample in
        if let image = kept[sample] {
          return LoadingQueue.Load(value: .success(image), held: 0, peak: 0)
        }
        var bytes = 0
        let image = Result {
          let loaded = try load(sample)
          bytes = loaded.original.byteCount
          kept.keep(loaded.resized, of: sample)
          return loaded.resized
        }
        return LoadingQueue.Load(
          value: image, held: (try? image.get().count) ?? 0, peak: bytes)
      }, body)
  }

  /// Hands what `load` makes of every sample to `body` in order.
  func forEach<Value: Sendable>(
    _ samples: [Sample], load: @escaping @Sendable (Sample) -> LoadingQueue<Value>.Load,
    _ body: (Int, Value) throws -> Void
  ) throws {
    let queue = LoadingQueue(
      count: samples.count, lookAhead: lookAhead, byteLimit: byteLimit
    ) { load(samples[$0]) }
    defer { queue.stop() }
    for _ in 0..<min(workers, samples.count) {
      // The next would not start either; whoever waits for images loads them.
      guard startThread({ queue.work() }) else { break }
    }
    for index in samples.indices { try body(index, queue.take(index, check: check)) }
  }

  /// Brings an image that was read to the model's size, and keeps it.
  func keep(_ image: Image, of sample: Sample) throws {
    kept.keep(try prepare(image, of: sample).resized, of: sample)
  }

  func prepare(_ image: Image, of sample: Sample) throws -> LoadedImage {
    let visible = try withinMemory(sample.address, remedy: "make it smaller") {
      preprocessing.visible(image)
    }
    var census = LevelCensus()
    census.add(image)
    // Sets of images in one file are made of small ones on purpose.
    let minimumSide = sample.record == nil ? ImagePreprocessing.minimumSide : 1
    return LoadedImage(
      sample: sample, original: visible,
      resized: try preprocessing.resize(visible, path: sample.address, minimumSide: minimumSide),
      hasSuitableLevels: census.suits(preprocessing.levels))
  }

  /// Images of the model's size, as many as there is room for.
  private final class KeptImages: Sendable {
    /// A part of the memory that any machine has, and two thousand images of 256 x 256 pixels.
    private static let byteLimit = Int(min(ProcessInfo.processInfo.physicalMemory / 16, 400 << 20))
    private let images = Mutex<(bySample: [Sample: Tensor], bytes: Int)>(([:], 0))

    subscript(sample: Sample) -> Tensor? { images.withLock { $0.bySample[sample] } }

    func keep(_ image: Tensor, of sample: Sample) {
      let bytes = image.count * (image.dtype == .uint8 ? 1 : 4)
      images.withLock { images in
        guard images.bytes + bytes <= Self.byteLimit else { return }
        if images.bySample.updateValue(image, forKey: sample) == nil { images.bytes += bytes }
      }
    }
  }
}

/// An image that has been read and brought to the model's size.
public struct LoadedImage: Sendable {
  /// Where it came from.
  public let sample: Sample
  /// The image in its own size as the model sees it and as people are shown it, see ``ImagePreprocessing/visible(_:)``.
  public let original: Image
  /// `[1, 3, H, W]`, see ``ImagePreprocessing/resize(_:path:)``.
  public let resized: Tensor
  /// Whether its levels are as those of the images that the model was fitted on, see ``LevelCensus/suits(_:)``.
  package let hasSuitableLevels: Bool
}

extension Scorer {
  /// What the detector sees in an image that a loader has read.
  ///
  /// - Throws: as ``Scorer/score(resized:name:)``.
  package func score(_ image: LoadedImage) throws -> RawPrediction {
    try score(resized: image.resized, name: image.sample.address)
  }
}

extension Model {
  /// What the model says of an image that a loader has read.
  ///
  /// - Throws: as ``Model/predict(_:name:)``.
  public func predict(_ image: LoadedImage) throws -> Prediction {
    try decide(on: scorer.score(image), of: image)
  }

  /// What the model makes of what was seen in an image.
  func decide(on raw: RawPrediction, of image: LoadedImage) throws -> Prediction {
    try decide(
      on: raw, imageWidth: image.original.width, imageHeight: image.original.height)
  }
}

/// Training images in files, read as often as a detector goes through them.
public struct SampleImages: TrainingImages {
  let samples: [Sample]
  let loader: ImageLoader

  /// - Parameter loader: brings them to the size of its preprocessing.
  public init(_ samples: [Sample], loader: ImageLoader) {
    self.samples = samples
    self.loader = loader
  }

  public var count: Int { samples.count }
  public var height: Int { loader.preprocessing.height }
  public var width: Int { loader.preprocessing.width }

  /// Hands the images to `body` in order, with their places: `[N, 3, H, W]` of at most `size`, as the detector is given them.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `body` throws.
  public func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    var batch: [Tensor] = []
    try loader.forEachResized(samples) { index, result in
      batch.append(try result.get())
      if batch.count == size || index == samples.count - 1 {
        let images = loader.preprocessing.normalize(.concatenate(batch))
        try body((index + 1 - batch.count)..<(index + 1), images)
        batch.removeAll(keepingCapacity: true)
      }
    }
  }
}
