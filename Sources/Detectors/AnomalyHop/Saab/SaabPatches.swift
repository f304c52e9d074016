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
  func unit() throws -> SaabUnit {
    let size = moments.dimensions
    let count = hop.components ?? size - 1
    let covariance = try moments.covariance()
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
