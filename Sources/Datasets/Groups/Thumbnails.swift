import Torch

/// Distances of images in all pairs.
package struct PairDistances: Sendable {
  package let count: Int
  private let values: [Float]

  init(count: Int, values: [Float]) {
    self.count = count
    self.values = values
  }

  package subscript(_ a: Int, _ b: Int) -> Float { values[a * count + b] }
}

/// Small gray images that are compared in all small displacements.
package struct Thumbnails {
  /// `[N, side, side]`, float.
  private let images: Tensor
  private let count: Int
  private let side: Int

  /// A sixteenth of a thumbnail of 32 pixels: what a part lies differently in two photos.
  private static let reach = 2
  /// The variance of the difference of two numbers that were rounded: what is nearer than this may as well be equal. It keeps
  /// images whose thumbnails are all but empty from looking near to each other.
  private static let rounding: Double = 1.0 / 6
  /// Images that are compared with all others in one product.
  private static let block = 512
  /// One of each two opposite displacements: comparing both ways makes up for the others.
  private static let displacements: [(Int, Int)] = (-reach...reach).flatMap { down in
    (-reach...reach).compactMap { right in (down, right) >= (0, 0) ? (down, right) : nil }
  }

  /// - Parameter thumbnails: of one size and square, row by row.
  package init(_ thumbnails: [[UInt8]]) {
    count = thumbnails.count
    side = Int(Double(thumbnails[0].count).squareRoot())
    images = Tensor(thumbnails.flatMap { $0 }, shape: [count, side, side]).to(.float32)
  }

  /// The images without their margin, displaced, as vectors whose mean is 0: `[N, (side - 2 reach)^2]`.
  private func crops(_ images: Tensor, _ down: Int = 0, _ right: Int = 0) -> Tensor {
    let (reach, size) = (Self.reach, side - 2 * Self.reach)
    let crops =
      images
      .slice(1, reach + down..<reach + down + size).slice(2, reach + right..<reach + right + size)
      .reshaped(images.shape[0], size * size)
    return crops - crops.mean(1, keepDimensions: true)
  }

  /// Squared distances of `rows` from displaced `columns`, the least of all displacements: `[rows, columns]`.
  private func squares(_ rows: Tensor, _ columns: Tensor) -> Tensor {
    let fixed = crops(rows)
    let energies = fixed.square().sum(1, keepDimensions: true)
    var least: Tensor?
    for (down, right) in Self.displacements {
      let moved = crops(columns, down, right)
      let sums = energies + moved.square().sum(1).unsqueezed(0)
      let squares = sums - fixed.matmul(moved.transposed(0, 1)) * 2
      least = least.map { Tensor.minimum($0, squares) } ?? squares
    }
    return least ?? energies
  }

  /// Root of the mean squared difference of levels.
  private func roots(_ squares: Tensor) -> [Float] {
    let size = side - 2 * Self.reach
    return (squares.clamped(min: 0) * (1 / Double(size * size)) + Self.rounding).sqrt().array()
  }

  /// Of all pairs.
  package func distances() -> PairDistances {
    var values: [Float] = []
    values.reserveCapacity(count * count)
    for start in stride(from: 0, to: count, by: Self.block) {
      values += roots(squares(images[start..<min(start + Self.block, count)], images))
    }
    for a in 0..<count {
      values[a * count + a] = 0
      for b in 0..<a {
        let both = min(values[a * count + b], values[b * count + a])
        values[a * count + b] = both
        values[b * count + a] = both
      }
    }
    return PairDistances(count: count, values: values)
  }

  /// Of every image in `order` from each of those at `places` in it: `[N][places]`.
  func distances(_ order: [Int], to places: [Int]) -> [[Float]] {
    let sample = images.selecting(Tensor(places.map { Int64(order[$0]) }))
    var rows: [[Float]] = []
    for start in stride(from: 0, to: count, by: Self.block) {
      let block = start..<min(start + Self.block, count)
      let own = images.selecting(Tensor(order[block].map(Int64.init)))
      let values = roots(
        Tensor.minimum(squares(own, sample), squares(sample, own).transposed(0, 1)))
      for row in 0..<block.count {
        rows.append(Array(values[row * places.count..<(row + 1) * places.count]))
      }
    }
    return rows
  }

  /// Of every image in `order` but the last from the one behind it.
  func steps(_ order: [Int]) -> [Float] {
    var steps: [Float] = []
    for start in stride(from: 0, to: count - 1, by: Self.block) {
      let block = start..<min(start + Self.block, count - 1)
      let own = images.selecting(Tensor(order[block].map(Int64.init)))
      let next = images.selecting(Tensor(block.map { Int64(order[$0 + 1]) }))
      var least: Tensor?
      for (rows, columns) in [(own, next), (next, own)] {
        for (down, right) in Self.displacements {
          let squares = (crops(rows) - crops(columns, down, right)).square().sum(1)
          least = least.map { Tensor.minimum($0, squares) } ?? squares
        }
      }
      steps += least.map(roots) ?? []
    }
    return steps
  }
}
