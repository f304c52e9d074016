import Torch

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
