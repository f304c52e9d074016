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
