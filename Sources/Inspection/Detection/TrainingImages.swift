import Torch

/// Good images as a detector sees them: preprocessed, in batches, as often as it wants.
public protocol TrainingImages {
  var count: Int { get }
  var height: Int { get }
  var width: Int { get }

  /// Hands every image over once, in order, in batches `[N, 3, H, W]`; the range tells which they are.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `body` throws.
  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws
}

/// Training images in files.
public struct SampleImages: TrainingImages {
  let samples: [Sample]
  let loader: ImageLoader

  public init(_ samples: [Sample], loader: ImageLoader) {
    self.samples = samples
    self.loader = loader
  }

  public var count: Int { samples.count }
  public var height: Int { loader.preprocessing.height }
  public var width: Int { loader.preprocessing.width }

  public func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    var batch: [Tensor] = []
    try loader.forEach(samples) { index, result in
      batch.append(try result.get().resized)
      if batch.count == size || index == samples.count - 1 {
        let images = loader.preprocessing.normalize(.concatenate(batch))
        try body((index + 1 - batch.count)..<(index + 1), images)
        batch.removeAll(keepingCapacity: true)
      }
    }
  }
}
