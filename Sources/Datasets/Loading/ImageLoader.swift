import Foundation
import Inspection
import Torch

/// Reads, decodes and resizes images on all cores, ahead of their use and in order.
public struct ImageLoader: Sendable {
  public let preprocessing: ImagePreprocessing
  /// Images that may wait for their use.
  let lookAhead: Int
  let workers: Int

  public init(_ preprocessing: ImagePreprocessing, workers: Int? = nil) {
    self.preprocessing = preprocessing
    self.workers = workers ?? max(ProcessInfo.processInfo.activeProcessorCount, 1)
    lookAhead = self.workers * 4
  }

  /// Reads one image.
  ///
  /// - Throws: ``ImageError`` or ``InspectionError`` that names the file.
  public func load(_ sample: Sample) throws -> LoadedImage {
    let image = try sample.image()
    // Sets of images in one file are made of small ones on purpose.
    let minimumSide = sample.record == nil ? ImagePreprocessing.minimumSide : 1
    return LoadedImage(
      sample: sample, original: image,
      resized: try preprocessing.resize(image, path: sample.address, minimumSide: minimumSide))
  }

  /// Hands every sample to `body` in order, loaded or with the reason why it could not be.
  public func forEach(
    _ samples: [Sample], _ body: (Int, Result<LoadedImage, any Error>) throws -> Void
  ) throws {
    let queue = LoadingQueue(count: samples.count, lookAhead: lookAhead)
    defer { queue.stop() }
    for _ in 0..<min(workers, samples.count) {
      let thread = Thread {
        while let index = queue.claim() {
          queue.deliver(Result { try load(samples[index]) }, at: index)
        }
      }
      thread.start()
    }
    for index in samples.indices { try body(index, queue.take(index)) }
  }
}
