import Inspection
import Torch

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
