import Backbones
import Fixtures
import Inspection
import Torch

/// Pictures of cloth as a detector is given them, in memory.
struct WovenCloth: TrainingImages {
  static let side = 64
  static let flaw = Weave.Flaw(columns: 20..<40, rows: 28..<44)
  static let architecture = BackboneRegistry.standard.architectures[0]
  /// EfficientNet-Lite0 with random weights: features enough for a texture, and nothing to fetch.
  static let backbone = Result { try architecture.load(.random(seed: 1)) }

  /// `[N, 3, H, W]`.
  let images: Tensor

  init(_ numbers: some Sequence<Int>, flaw: Weave.Flaw? = nil) throws {
    let weave = Weave(width: Self.side, height: Self.side)
    let preprocessing = ImagePreprocessing(
      height: Self.side, width: Self.side, colors: Self.architecture.colors)
    let resized = try numbers.map {
      try preprocessing.resize(weave.picture($0, flaw: flaw), path: "\($0)")
    }
    images = preprocessing.normalize(.concatenate(resized))
  }

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
