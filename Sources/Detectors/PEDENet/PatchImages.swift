import Backbones
import Inspection
import Torch

/// All training images in memory, a byte for each color of a pixel, from which patches are drawn as they are needed.
struct PatchImages: Sendable {
  /// `[N, 3, H, W]`, `uint8`.
  let pixels: Tensor

  init(_ images: any TrainingImages, batchSize: Int, context: FitContext) throws {
    guard images.count > 0 else {
      throw InspectionError("the training images", found: "there are none", remedy: "give some")
    }
    var batches: [Tensor] = []
    try images.forEachBatch(of: batchSize) { range, batch in
      let levels = PatchColors.levels(batch) * 255 + 0.5
      batches.append(levels.clamped(min: 0, max: 255).to(.uint8).contiguous())
      try context.report(
        WorkProgress(
          stage: "images", completed: range.upperBound, total: images.count, unit: "images"))
    }
    pixels = .concatenate(batches)
  }

  /// Least number of images to hold out, unless there are less than twice as many.
  private static let leastHeld = 4

  private init(_ pixels: Tensor) { self.pixels = pixels }

  var count: Int { pixels.shape[0] }
  var height: Int { pixels.shape[2] }
  var width: Int { pixels.shape[3] }

  /// Images `[n, 3, H, W]` in 0...1.
  func levels(_ range: Range<Int>) -> Tensor { pixels[range].to(.float32) * (1 / 255) }

  /// The mean of the images, `[3, H, W]` in 0...1.
  func mean(by centering: PatchColors.Centering) -> Tensor {
    var sum = Tensor.zeros([3, height, width], dtype: .float64)
    for start in stride(from: 0, to: count, by: 16) {
      sum = sum + pixels[start..<min(start + 16, count)].to(.float64).sum(0)
    }
    let mean = sum * (1 / (255 * Double(count)))
    guard centering == .color else { return mean.to(.float32) }
    return mean.mean(1, 2, keepDimensions: true).to(.float32).expanded(3, height, width)
      .contiguous()
  }

  /// Those that are learnt from and those that scales are set by: some drawn at random or, without a share, all of them both
  /// times.
  func divided(holdingOut share: Double, seed: UInt64) -> (
    fitting: PatchImages, scaling: PatchImages
  ) {
    guard count > 1, share > 0 else { return (self, self) }
    let held = max(Int((Double(count) * share).rounded()), min(Self.leastHeld, count / 2))
    var random = SeededRandom(seed: seed)
    let order = (0..<count).shuffled(using: &random)
    let part = { (numbers: ArraySlice<Int>) in
      PatchImages(pixels.selecting(Tensor(numbers.sorted().map(Int64.init))))
    }
    return (part(order[held...]), part(order[..<held]))
  }
}
