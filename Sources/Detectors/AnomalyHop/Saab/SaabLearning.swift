import Inspection
import Statistics
import Torch

/// The moments of all patches that a hop looks at, and the kernels that follow from them.
struct SaabPatches {
  let hop: SaabHop
  let rule: EnergyRule
  let input: SaabInput
  private var moments: Moments

  init(hop: SaabHop, rule: EnergyRule, input: SaabInput) {
    self.hop = hop
    self.rule = rule
    self.input = input
    let area = hop.window * hop.window
    moments = Moments(
      groups: hop.isJoint ? 1 : input.channels.count,
      dimensions: hop.isJoint ? area * input.channels.count : area)
  }

  /// Takes in the patches of maps `[N, C, H, W]`, image by image.
  mutating func add(_ maps: Tensor) {
    for image in 0..<maps.shape[0] {
      let patches = maps[image].contiguous().unfolded(1, size: hop.window, step: hop.stride)
        .unfolded(2, size: hop.window, step: hop.stride)
      // The places last, so that they are copied in long runs.
      let rows = patches.permuted(0, 3, 4, 1, 2)
        .reshaped(moments.groups, moments.dimensions, -1)
      moments.add(rows.permuted(2, 0, 1))
    }
  }

  /// The hop with its kernels, but signs as they come and no biases yet: ``SaabExtremes`` settles both.
  ///
  /// The patches' covariance, projected onto what has no DC, is that of the AC part.
  ///
  /// - Throws: ``InspectionError`` where the patches have none.
  func unit() throws -> SaabUnit {
    let size = moments.dimensions
    let count = hop.components ?? size - 1
    let covariance = try lawOfTrainingImages { () throws(StatisticsError) in
      try moments.covariance()
    }
    let dc = Tensor.full([1, size], 1 / Double(size).squareRoot(), dtype: .float64)
    let withoutDC = .identity(size, dtype: .float64) - dc.transposed(0, 1).matmul(dc)
    let (values, vectors) = withoutDC.matmul(covariance).matmul(withoutDC).symmetricEigen()
    let variances = values.flipped(1).clamped(min: 0)
    let axes = vectors.transposed(1, 2).flipped(1).slice(1, 0..<count)
    // The null direction is the DC one, and must not see it a second time.
    let kernels = Tensor.concatenate(
      [
        dc.unsqueezed(0) + .zeros([moments.groups, 1, size], dtype: .float64),
        axes.matmul(withoutDC),
      ], axis: 1)
    let total = variances.sum(1, keepDimensions: true)
    let dcVariance = dc.matmul(covariance).matmul(dc.transposed(0, 1)).squeezed(2)
    return SaabUnit(
      hop: hop, rule: rule, input: input, kernels: kernels,
      means: moments.mean.matmul(withoutDC),
      energies: energies(variances.slice(1, 0..<count), total: total, dc: dcVariance), biases: [])
  }

  /// The energies of all outputs, from variances `[nodes, M]`, `[nodes, 1]`, `[nodes, 1]`.
  private func energies(_ ac: Tensor, total: Tensor, dc: Tensor) -> [Double] {
    let tiny = Tensor.full([], .leastNormalMagnitude, dtype: .float64)
    let shares =
      switch rule.inheritance {
      case .dcKeepsAll:
        Tensor.concatenate(
          [.ones(dc.shape, dtype: .float64), ac / .maximum(total, tiny)], axis: 1)
      case .shared:
        Tensor.concatenate([dc, ac], axis: 1) / .maximum(dc + total, tiny)
      }
    let inherited = hop.isJoint ? [1] : input.channels.map(\.energy)
    return (shares * Tensor(inherited, shape: [inherited.count, 1])).array(of: Double.self)
  }
}

/// The extremes of a hop's outputs over all training patches, which settle the signs of its kernels and its biases.
struct SaabExtremes {
  private let unit: SaabUnit
  /// Of each output, without offsets.
  private var highest: Tensor?
  private var lowest: Tensor?
  /// Of each node, the largest squared norm of its outputs.
  private var norm: Tensor?

  init(_ unit: SaabUnit) { self.unit = unit }

  /// Takes in maps `[N, C, H, W]` that the hop takes.
  mutating func add(_ maps: Tensor) {
    let outputs = unit.outputs(of: maps)
    func widest(_ a: Tensor?, _ b: Tensor, _ choose: (Tensor, Tensor) -> Tensor) -> Tensor {
      a.map { choose($0, b) } ?? b
    }
    highest = widest(highest, outputs.max(0, 2, 3), Tensor.maximum)
    lowest = widest(lowest, outputs.min(0, 2, 3), Tensor.minimum)
    let shape = outputs.shape
    let offsets = Tensor(unit.offsets.map { Float($0) }, shape: [1, shape[1], 1, 1])
    let squares = (outputs + offsets).square()
      .reshaped(shape[0], unit.nodes, -1, shape[2], shape[3])
    norm = widest(norm, squares.sum(2).max(0, 2, 3), Tensor.maximum)
  }

  /// The hop whose components are positive at the training patch where they are largest: the rule of scikit-learn 0.24,
  /// which AnomalyHop was published with. The next hop's maximum pooling lets signs matter.
  var settled: SaabUnit {
    guard let highest, let lowest, let norm else { return unit }
    let isFlipped = (-lowest) .> highest
    let one = Tensor.ones([], dtype: .float64)
    let signs = Tensor.where(isFlipped, -one, one).reshaped(unit.nodes, -1, 1)
    // DC is what it is.
    let kernels = Tensor.concatenate(
      [
        unit.kernels.slice(1, 0..<1),
        (unit.kernels * signs).slice(1, 1..<unit.kernels.shape[1]),
      ], axis: 1)
    return SaabUnit(
      hop: unit.hop, rule: unit.rule, input: unit.input, kernels: kernels, means: unit.means,
      energies: unit.energies, biases: norm.sqrt().to(.float64).array(of: Double.self))
  }
}

/// Maps of all training images, batch by batch and as often as wanted: kept in memory where they fit, else made anew
/// each time.
final class MapStore {
  /// Bytes that one store may keep.
  static let limit = 512 << 20

  private let source: (Visit) throws -> Void
  private var kept: [(Range<Int>, Tensor)] = []
  private var isComplete = false

  typealias Visit = (Range<Int>, Tensor) throws -> Void

  init(_ source: @escaping (Visit) throws -> Void) { self.source = source }

  /// Hands over every batch `[N, C, H, W]` with the range of its images.
  func visit(_ body: Visit) throws {
    if isComplete {
      for (range, maps) in kept { try body(range, maps) }
      return
    }
    var bytes = 0
    kept = []
    try source { range, maps in
      bytes += maps.count * maps.dtype.byteCount
      if bytes <= Self.limit { kept.append((range, maps)) } else { kept = [] }
      try body(range, maps)
    }
    isComplete = bytes <= Self.limit
  }

  /// What `body` makes of every batch.
  func mapped(_ body: @escaping (Tensor) -> Tensor) -> MapStore {
    MapStore { visitor in
      try self.visit { range, maps in try visitor(range, noGrad { body(maps) }) }
    }
  }
}
