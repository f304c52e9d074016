import Dispatch
import Inspection
import Torch

/// Draws what a training step looks at from images in memory. Nothing is kept, so memory does not grow with the number of
/// patches.
public struct PatchSampler: Sendable {
  /// What is cut out of the images.
  public enum Drawing: String, Codable, Sendable, CaseIterable {
    /// Windows, whose patches overlap and are encoded together: many more of them for the same work.
    case windows
    /// Pairs of patches, each encoded by itself, as in Patch-SVDD.
    case patches
  }

  let images: PatchImages
  /// `[3, H, W]`, subtracted from the levels.
  let mean: Tensor
  /// Standard deviations of what is added to each color of a patch, and to each of its pixels (Patch-SVDD: 0.02 both).
  let colorShift: Double
  let noise: Double
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
  func windows(_ numbers: [Int], size: Int, draw: UInt64) -> Tensor {
    var random = random(draw)
    let places = numbers.map { number in
      Place(
        image: number, row: Int.random(in: 0...images.height - size, using: &random),
        column: Int.random(in: 0...images.width - size, using: &random))
    }
    return cut(places + places, size: size, using: &random)
  }

  /// `count` pairs of patches of each of the images, `[2 n count, 3, size, size]`, the first ones before the second ones;
  /// and their directions.
  func patches(
    _ numbers: [Int], count: Int, size: Int, placement: PatchPairs.Placement, draw: UInt64
  ) -> (patches: Tensor, directions: Tensor) {
    var random = random(draw)
    let (rows, columns) = (images.height - size + 1, images.width - size + 1)
    let pairs = PatchPairs(
      maps: numbers.count, rows: rows, columns: columns, count: count, patchSize: size, step: 1,
      placement: placement, using: &random)
    let places = [pairs.first, pairs.second].flatMap { $0.array(of: Int64.self) }.map { flat in
      let (map, place) = Int(flat).quotientAndRemainder(dividingBy: rows * columns)
      return Place(image: numbers[map], row: place / columns, column: place % columns)
    }
    return (cut(places, size: size, using: &random), pairs.directions)
  }

  private func random(_ draw: UInt64) -> SeededRandom {
    var mixer = SeededRandom(seed: seed ^ draw)
    return SeededRandom(seed: mixer.next())
  }

  /// Cuts out and augments by all cores. Each place has random numbers of its own, so that it does not matter which core
  /// does it.
  private func cut(_ places: [Place], size: Int, using random: inout SeededRandom) -> Tensor {
    let seeds = places.map { _ in random.next() }
    var cuts = [Tensor?](repeating: nil, count: places.count)
    cuts.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      DispatchQueue.concurrentPerform(iterations: places.count) { index in
        buffer[index] = augmented(places[index], size: size, Generator(seed: seeds[index]))
      }
    }
    return Tensor.stack(cuts.compactMap(\.self)).contiguous(.channelsLast)
  }

  private func augmented(_ place: Place, size: Int, _ generator: Generator) -> Tensor {
    let part = { (image: Tensor) in
      image.slice(1, place.row..<place.row + size).slice(2, place.column..<place.column + size)
    }
    let levels = part(images.pixels[place.image]).to(.float32) * (1 / 255) - part(mean)
    return levels + Tensor.normal([3, 1, 1], generator: generator) * colorShift
      + Tensor.normal([3, size, size], generator: generator) * noise
  }
}
