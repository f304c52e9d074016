import Blemish
import Foundation
import Synchronization

/// The labeled test images of a set, decoded once for all models that judge them.
final class TestImages {
  private let samples: [Sample]
  private var resized: (preprocessing: ImagePreprocessing, images: [TestImage])?

  init(_ samples: [Sample]) { self.samples = samples.filter { $0.isDefective != nil } }

  /// The images as a model is given them. Models that differ in their colors alone are given the same.
  ///
  /// - Throws: the error of the first image that cannot be read.
  func resized(for preprocessing: ImagePreprocessing) throws -> [TestImage] {
    var preprocessing = preprocessing
    preprocessing.colors = .imageNet
    if let resized, resized.preprocessing == preprocessing { return resized.images }
    let loader = ImageLoader(preprocessing)
    let samples = samples
    let images = try concurrently(samples.count) { index in
      let image = try loader.load(samples[index])
      return TestImage(
        sample: image.sample, width: image.original.width, height: image.original.height,
        resized: image.resized)
    }
    resized = (preprocessing, images)
    return images
  }
}

/// A test image of the model's size; the one in the file is not kept.
struct TestImage: Sendable {
  let sample: Sample
  /// Pixels of the image in the file.
  let width: Int
  /// Pixels of the image in the file.
  let height: Int
  /// `[1, 3, H, W]`, see `ImagePreprocessing.resize(_:path:minimumSide:)`.
  let resized: Tensor
}

/// What `body` makes of 0 up to `count`, on all cores.
///
/// - Throws: the error of the least number that has one.
func concurrently<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) throws -> Value) throws
  -> [Value]
{
  let results = Mutex([Int: Result<Value, any Error>]())
  DispatchQueue.concurrentPerform(iterations: count) { index in
    let result = Result { try body(index) }
    results.withLock { $0[index] = result }
  }
  let made = results.withLock { $0 }
  return try (0..<count).compactMap { try made[$0]?.get() }
}
