import Inspection
import Torch

/// Images in memory, as a detector is given them.
struct MemoryImages: TrainingImages {
  /// `[N, C, H, W]`.
  let images: Tensor

  var count: Int { images.shape[0] }
  var height: Int { images.shape[2] }
  var width: Int { images.shape[3] }

  func forEachBatch(of size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      try body(range, images[range])
    }
  }
}
