import Backbones
import Torch

/// The features that describe each position of an image (PaDiM section 3.1).
struct PatchEmbedding {
  let backbone: any Backbone
  let taps: [FeatureTap]
  /// Which of the taps makes the grid of positions.
  let grid: Int
  let reduction: ChannelReduction

  /// `[N, h, w, C]` of preprocessed images `[N, 3, H, W]`.
  func callAsFunction(_ images: Tensor) -> Tensor {
    reduction(backbone.features(images, taps: taps.map(\.name)), grid: grid).permuted(0, 2, 3, 1)
  }
}

/// Fewer channels for the features of several taps, since the cost of a Gaussian grows with their square.
///
/// It is applied tap by tap, before maps change size: `matrices` side by side make the reduction of all channels.
struct ChannelReduction: Sendable {
  enum Form: Sendable {
    /// Channels of all taps together, ascending, `int64`.
    case selection(Tensor)
    /// Rows `[count, all channels]`.
    case projection(Tensor)
    case identity
  }

  let form: Form
  /// Channels of each tap.
  let taps: [Int]

  /// A reduction to `count` channels, drawn from `seed`.
  init(_ kind: PaDiM.Reduction, of taps: [Int], to count: Int, seed: UInt64) throws {
    self.taps = taps
    let total = taps.reduce(0, +)
    let generator = Generator(seed: seed)
    switch kind {
    case .random:
      let drawn = Tensor.permutation(total, generator: generator)[0..<count]
      form = .selection(drawn.sorted(axis: 0).values)
    case .orthogonal:
      let rows = Tensor.normal([count, total], generator: generator, dtype: .float64)
      // Rows are orthonormal once whitened by the factor of their Gram matrix.
      let factor = try rows.matmul(rows.transposed(0, 1)).cholesky()
      form = .projection(factor.solvingTriangular(rows, upper: false).to(.float32))
    case .none:
      form = .identity
    }
  }

  /// What ``tensors`` held.
  ///
  /// - Throws: ``ParameterError`` where it does not fit the settings.
  init(_ kind: PaDiM.Reduction, of taps: [Int], to count: Int, restoring tensors: [String: Tensor])
    throws(ParameterError)
  {
    self.taps = taps
    let total = taps.reduce(0, +)
    func stored(_ name: String, _ isSound: (Tensor) -> Bool) throws(ParameterError) -> Tensor {
      let origin = "the bundle's tensors"
      guard let tensor = tensors[name] else {
        throw ParameterError(origin: origin, missing: [name])
      }
      guard isSound(tensor) else { throw ParameterError(origin: origin, misshapen: [name]) }
      return tensor
    }
    switch kind {
    case .random:
      form = .selection(
        try stored("selection") {
          $0.shape == [count] && $0.dtype == .int64
            && $0.array(of: Int64.self).allSatisfy { (0..<Int64(total)).contains($0) }
        })
    case .orthogonal:
      form = .projection(
        try stored("projection") { $0.shape == [count, total] && $0.dtype == .float32 })
    case .none:
      form = .identity
    }
  }

  var tensors: [String: Tensor] {
    switch form {
    case .selection(let channels): ["selection": channels]
    case .projection(let rows): ["projection": rows]
    case .identity: [:]
    }
  }

  /// Channels that come out.
  var count: Int {
    switch form {
    case .selection(let channels): channels.count
    case .projection(let rows): rows.shape[0]
    case .identity: taps.reduce(0, +)
    }
  }

  /// Features `[N, C, h, w]` of each tap, brought to the size of the one at `grid` and reduced: `[N, count, h, w]`.
  ///
  /// Coarse features are repeated, as in the paper; fine ones are averaged.
  func callAsFunction(_ features: [Tensor], grid: Int) -> Tensor {
    let (height, width) = (features[grid].shape[2], features[grid].shape[3])
    let onGrid = { (map: Tensor) in
      switch map.shape[2] * map.shape[3] {
      case height * width: map
      case ..<(height * width): map.resampled(height: height, width: width, .nearest)
      default: map.adaptiveAveragePooled2d(height, width)
      }
    }
    switch form {
    case .identity:
      return .concatenate(features.map(onGrid), axis: 1)
    case .selection(let channels):
      let drawn = channels.array(of: Int64.self).map(Int.init)
      let parts = zip(features, ranges).compactMap { map, range -> Tensor? in
        let own = drawn.filter(range.contains).map { $0 - range.lowerBound }
        return own.isEmpty
          ? nil : onGrid(map.selecting(Tensor(own).moved(to: map.device), axis: 1))
      }
      return .concatenate(parts, axis: 1)
    case .projection(let rows):
      let parts = zip(features, ranges).map { map, range in
        onGrid(map.permuted(0, 2, 3, 1).linear(rows.slice(1, range)).permuted(0, 3, 1, 2))
      }
      return parts.dropFirst().reduce(parts[0], +)
    }
  }

  /// Where the channels of each tap stand among all.
  private var ranges: [Range<Int>] {
    var start = 0
    return taps.map { count in
      defer { start += count }
      return start..<start + count
    }
  }
}
