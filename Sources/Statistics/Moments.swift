import Torch

/// Count, mean and scatter of samples, in `G` groups of `D` dimensions that know nothing of each other: one group for
/// each position of a map, or for each channel, or one for all.
///
/// The sums of two sets of samples make those of both, to rounding, so that what was learnt can go on without the samples
/// (Chan, Golub, LeVeque 1979, equation 2.1). All is float64: 8 `G` (`D` + `D`²) bytes.
///
/// ```swift
/// var moments = Moments(groups: 1, dimensions: 3)
/// moments.add(samples)  // [N, 1, 3], as often as wanted
/// let gaussian = try Gaussian(moments, regularizer: 0.01)
/// ```
public struct Moments: Sendable {
  /// Samples of each group.
  public private(set) var count: Int
  /// `[G, D]`.
  public private(set) var mean: Tensor
  /// `[G, D, D]`: the sum of outer products of the samples' deviations from the mean. Written to in place, so never handed
  /// out but as a copy.
  private var scatter: Tensor

  /// Elements of a batch that are widened to float64 at once.
  private static let blockSize = 1 << 22

  /// Moments of no samples yet.
  public init(groups: Int, dimensions: Int, device: Device = .cpu) {
    precondition(groups > 0 && dimensions > 0, "moments need a group and a dimension")
    count = 0
    mean = .zeros([groups, dimensions], dtype: .float64, device: device)
    scatter = .zeros([groups, dimensions, dimensions], dtype: .float64, device: device)
  }

  private init(count: Int, mean: Tensor, scatter: Tensor) {
    self.count = count
    self.mean = mean
    self.scatter = scatter
  }

  /// `G`.
  public var groups: Int { mean.shape[0] }
  /// `D`.
  public var dimensions: Int { mean.shape[1] }

  /// Adds samples `[N, G, D]` of any floating type, which are summed in float64. They may come from an inference mode, but
  /// must not be added inside one, since the sums are written to in place later.
  public mutating func add(_ samples: Tensor) {
    precondition(
      Array(samples.shape.dropFirst()) == mean.shape,
      "samples \(samples.shape), expected [N, \(groups), \(dimensions)]")
    let total = samples.shape[0]
    let rows = Swift.max(1, Self.blockSize / dimensions)
    noGrad {
      for start in stride(from: 0, to: total, by: rows) {
        add(part: samples[start..<Swift.min(start + rows, total)])
      }
    }
  }

  private mutating func add(part: Tensor) {
    let added = part.shape[0]
    let blocks = blocks(of: Swift.max(1, Self.blockSize / (added * dimensions)))
    let means = blocks.map { groups in
      let samples = part.slice(1, groups).permuted(1, 0, 2).to(.float64)
      let mean = samples.mean(1, keepDimensions: true)
      merge(groups, count: added, mean: mean, deviations: samples - mean)
      return mean.squeezed(1)
    }
    adopt(count: added, mean: .concatenate(means))
  }

  /// Takes in the samples that `other` has seen.
  public mutating func merge(_ other: Moments) {
    precondition(
      other.mean.shape == mean.shape,
      "moments \(other.mean.shape) and \(mean.shape) differ in shape")
    guard other.count > 0 else { return }
    noGrad {
      for groups in blocks(of: Swift.max(1, Self.blockSize / (dimensions * dimensions))) {
        merge(groups, count: other.count, mean: other.mean[groups].unsqueezed(1), deviations: nil)
        scatter[groups] += other.scatter[groups]
      }
      adopt(count: other.count, mean: other.mean)
    }
  }

  /// The moments of the samples of both.
  public func merged(with other: Moments) -> Moments {
    var result = self
    result.merge(other)
    return result
  }

  /// Forgets the samples that `other` has seen, which must be among those of this: the inverse of ``merge(_:)``.
  package mutating func remove(_ other: Moments) {
    precondition(
      other.mean.shape == mean.shape && other.count <= count,
      "\(other.count) samples \(other.mean.shape) are not among \(count) of \(mean.shape)")
    guard other.count < count else {
      self = Moments(groups: groups, dimensions: dimensions, device: mean.device)
      return
    }
    noGrad {
      if !isKnownUniquelyReferenced(&scatter) { scatter = scatter.cloned() }
      let (whole, rest) = (Double(count), Double(count - other.count))
      mean = mean + (mean - other.mean) * (Double(other.count) / rest)
      let shift = (other.mean - mean) * (rest * Double(other.count) / whole).squareRoot()
      for groups in blocks(of: Swift.max(1, Self.blockSize / (dimensions * dimensions))) {
        let rows = shift[groups].unsqueezed(1)
        scatter[groups] += -other.scatter[groups]
        scatter[groups].addBatchedProduct(-rows.transposed(1, 2), rows)
      }
    }
    count -= other.count
  }

  /// The moments without the samples that `other` has seen, which must be among those of this.
  package func removing(_ other: Moments) -> Moments {
    var result = self
    result.remove(other)
    return result
  }

  /// The pairwise update of the scatter of `groups`: the outer products of `deviations` `[g, N, D]`, and that of the
  /// difference of the means, weighted; the latter as one more row, so that it is one product.
  private mutating func merge(
    _ groups: Range<Int>, count added: Int, mean other: Tensor, deviations: Tensor?
  ) {
    // Copies of this value share the tensor until one of them is written to.
    if !isKnownUniquelyReferenced(&scatter) { scatter = scatter.cloned() }
    let weight = Double(count) * Double(added) / Double(count + added)
    let shift = (other - mean[groups].unsqueezed(1)) * weight.squareRoot()
    let rows = deviations.map { Tensor.concatenate([$0, shift], axis: 1) } ?? shift
    scatter[groups].addBatchedProduct(rows.transposed(1, 2), rows)
  }

  private mutating func adopt(count added: Int, mean other: Tensor) {
    mean = mean + (other - mean) * (Double(added) / Double(count + added))
    count += added
  }

  private func blocks(of size: Int) -> [Range<Int>] {
    stride(from: 0, to: groups, by: size).map { $0..<Swift.min($0 + size, groups) }
  }

  /// `[G, D, D]` with divisor `count - 1`; of some groups where `range` is given. What is above the diagonal may differ
  /// in the last digit from what is below; factorizations read the latter.
  ///
  /// - Throws: ``StatisticsError/tooFewSamples(_:)`` where there are not two samples.
  public func covariance(_ range: Range<Int>? = nil) throws(StatisticsError) -> Tensor {
    guard count > 1 else { throw .tooFewSamples(count) }
    return noGrad { (range.map { scatter[$0] } ?? scatter) * (1 / Double(count - 1)) }
  }

  /// All of it, for ``init(_:origin:)``: `count` `[1]`, `mean` `[G, D]` and `scatter` `[G, D (D + 1) / 2]`, its lower triangles row
  /// by row.
  public var tensors: [String: Tensor] {
    [
      "count": Tensor([Int64(count)]), "mean": mean,
      "scatter": Triangle(dimensions).packed(scatter),
    ]
  }

  /// What ``tensors`` held.
  ///
  /// - Parameter origin: where they are from, such as the path of their file; errors begin with it.
  /// - Throws: ``ParameterError`` where a tensor is missing or of another shape than the mean asks for.
  public init(_ tensors: [String: Tensor], origin: String = "the moments") throws(ParameterError) {
    let names = ["count", "mean", "scatter"]
    let missing = names.filter { tensors[$0] == nil }
    guard let count = tensors["count"], let mean = tensors["mean"], let scatter = tensors["scatter"]
    else { throw ParameterError(origin: origin, missing: missing) }
    guard mean.rank == 2, mean.count > 0, mean.dtype == .float64 else {
      throw ParameterError(origin: origin, misshapen: ["mean"])
    }
    let triangle = Triangle(mean.shape[1])
    let number = count.shape == [1] && count.dtype == .int64 ? count.array(of: Int64.self)[0] : -1
    let isSound = [
      (0...Self.mostSamples).contains(number), true,
      scatter.shape == [mean.shape[0], triangle.count] && scatter.dtype == .float64,
    ]
    let misshapen = zip(names, isSound).filter { !$0.1 }.map(\.0)
    guard misshapen.isEmpty else { throw ParameterError(origin: origin, misshapen: misshapen) }
    self.init(count: Int(number), mean: mean.cloned(), scatter: triangle.symmetric(scatter))
  }

  /// Up to here every count is exact in float64; a file that names more is damaged.
  private static let mostSamples: Int64 = 1 << 53
}

/// The lower triangle, with the diagonal, of square matrices, packed row by row: half the room of the whole.
package struct Triangle: Sendable {
  /// Rows of a matrix.
  package let size: Int

  package init(_ size: Int) { self.size = size }

  /// Elements of a packed triangle.
  package var count: Int { size * (size + 1) / 2 }

  /// `[..., size, size]` to `[..., count]`.
  package func packed(_ matrices: Tensor) -> Tensor {
    let places = (0..<size).flatMap { row in (0...row).map { row * size + $0 } }
    return matrices.flattened(from: -2).selecting(
      Tensor(places).moved(to: matrices.device), axis: -1)
  }

  /// `[..., count]` to symmetric `[..., size, size]`.
  package func symmetric(_ packed: Tensor) -> Tensor {
    let places = (0..<size).flatMap { row in
      (0..<size).map { column in place(max(row, column), min(row, column)) }
    }
    return packed.selecting(Tensor(places).moved(to: packed.device), axis: -1)
      .reshaped(packed.shape.dropLast() + [size, size])
  }

  /// `[..., count]` to lower triangular `[..., size, size]`.
  package func lower(_ packed: Tensor) -> Tensor { symmetric(packed).lowerTriangle() }

  private func place(_ row: Int, _ column: Int) -> Int { row * (row + 1) / 2 + column }
}
