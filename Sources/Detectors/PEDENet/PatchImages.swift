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
    try images.forEachFiniteBatch(of: batchSize) { range, batch in
      let levels = ColorNormalization.imageNet.levels(batch) * 255 + 0.5
      batches.append(levels.clamped(min: 0, max: 255).to(.uint8).contiguous())
      try context.report(
        WorkProgress(
          stage: "images", completed: range.upperBound, total: images.count, unit: "images"))
    }
    pixels = .concatenate(batches)
  }

  var count: Int { pixels.shape[0] }
  var height: Int { pixels.shape[2] }
  var width: Int { pixels.shape[3] }

  /// Images `[n, 3, H, W]` in 0...1.
  func levels(_ range: Range<Int>) -> Tensor { pixels[range].to(.float32) * (1 / 255) }

  /// The mean of each pixel over the images, `[3, H, W]` in 0...1.
  var mean: Tensor {
    var sum = Tensor.zeros([3, height, width], dtype: .float64)
    for start in stride(from: 0, to: count, by: 16) {
      sum = sum + pixels[start..<min(start + 16, count)].to(.float64).sum(0)
    }
    return (sum * (1 / (255 * Double(count)))).to(.float32)
  }
}

/// Colors as the PE network takes them: in 0...1, less the mean training image, as in Patch-SVDD. Images without a backbone
/// are preprocessed with the statistics of ImageNet.
struct PatchColors: Sendable {
  /// `[3, H, W]`.
  let mean: Tensor
  private let scale: Tensor
  private let offset: Tensor

  init(mean: Tensor) {
    self.mean = mean
    let colors = ColorNormalization.imageNet
    let column = { (values: [Double]) in
      Tensor(values.map { Float($0) }, shape: [3, 1, 1]).moved(to: mean.device)
    }
    scale = column(colors.standardDeviation)
    offset = column(colors.mean) - mean
  }

  /// Preprocessed images `[N, 3, H, W]`, centered.
  func callAsFunction(_ images: Tensor) -> Tensor { images * scale + offset }
}

/// Draws what a training step looks at from images in memory. Nothing is kept, so memory does not grow with the number of
/// patches.
struct PatchSampler: Sendable {
  let images: PatchImages
  /// `[3, H, W]`, subtracted from the levels.
  let mean: Tensor
  /// Standard deviation of what is added to each color of a patch, and of what is added to each of its pixels, as in
  /// Patch-SVDD; of levels in 0...1.
  private static let noise = 0.02
  let seed: UInt64

  private struct Place {
    let image: Int
    let row: Int
    let column: Int
  }

  /// A window of each of the images `numbers`, seen twice with another augmentation each time: `[2 n, 3, size, size]`, the
  /// first views before the second ones.
  ///
  /// - Parameter draw: the same images are seen otherwise under another number.
  /// - Throws: ``TorchError`` where memory runs out.
  func windows(_ numbers: [Int], size: Int, draw: UInt64) throws -> Tensor {
    var random = random(draw)
    let places = numbers.map { number in
      Place(
        image: number, row: Int.random(in: 0...images.height - size, using: &random),
        column: Int.random(in: 0...images.width - size, using: &random))
    }
    return try cut(places + places, size: size, using: &random)
  }

  private func random(_ draw: UInt64) -> SeededRandom {
    var mixer = SeededRandom(seed: seed ^ draw)
    return SeededRandom(seed: mixer.next())
  }

  /// Cuts out and augments by all cores. Each place has random numbers of its own, so that it does not matter which core
  /// does it.
  private func cut(_ places: [Place], size: Int, using random: inout SeededRandom) throws -> Tensor
  {
    let seeds = places.map { _ in random.next() }
    var cuts = [Result<Tensor, any Error>?](repeating: nil, count: places.count)
    cuts.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      DetachedThread.concurrently(places.count) { index in
        // Other threads are outside of the caller's scope: memory that runs out there would end the program.
        buffer[index] = Result {
          try throwingOutOfMemory {
            augmented(places[index], size: size, Generator(seed: seeds[index]))
          }
        }
      }
    }
    return Tensor.stack(try cuts.compactMap { try $0?.get() }).contiguous(.channelsLast)
  }

  private func augmented(_ place: Place, size: Int, _ generator: Generator) -> Tensor {
    let part = { (image: Tensor) in
      image.slice(1, place.row..<place.row + size).slice(2, place.column..<place.column + size)
    }
    let levels = part(images.pixels[place.image]).to(.float32) * (1 / 255) - part(mean)
    return levels + Tensor.normal([3, 1, 1], generator: generator) * Self.noise
      + Tensor.normal([3, size, size], generator: generator) * Self.noise
  }
}
