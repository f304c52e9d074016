import Torch

/// A hop that has learnt its kernels (a PixelHop++ unit): one node for each channel that it takes, or one for all.
///
/// A node gives a DC output, `sqrt(D)` times the mean of the patch, and AC outputs, the principal components of what is
/// left of it. The published transform adds a bias to what it takes, the largest norm that the hop before gave, so that
/// DC outputs are positive. A constant passes through all of this as a constant, so the maps here lack it, which spares
/// float32 numbers a thousand times larger than what they tell; ``offsets`` says what is missing.
public struct SaabUnit: Sendable {
  public let hop: SaabHop
  public let rule: EnergyRule
  public let input: SaabInput
  /// `[nodes, 1 + M, D]`, float64: orthonormal, DC first, AC by falling variance; 0 where nothing varies.
  public let kernels: Tensor
  /// `[nodes, D]`, float64: the mean of the training patches without their DC.
  public let means: Tensor
  /// Of all outputs, node by node, as ``EnergyRule`` has it.
  public let energies: [Double]
  /// Of each node, the largest norm of its outputs over all training patches: what the next hop adds.
  public let biases: [Double]
  /// Of all outputs: what the published transform has more.
  public let offsets: [Double]
  /// The outputs that are features, in order.
  public let kept: [Int]

  /// All `nodes * (1 + M)` kernels as those of one convolution.
  private let weight: Tensor
  private let shift: Tensor

  init(
    hop: SaabHop, rule: EnergyRule, input: SaabInput, kernels: Tensor, means: Tensor,
    energies: [Double], biases: [Double]
  ) {
    self.hop = hop
    self.rule = rule
    self.input = input
    self.kernels = kernels
    self.means = means
    self.energies = energies
    self.biases = biases
    kept = energies.indices.filter { rule.role(energies[$0]) != .discarded }
    let (nodes, outputs) = (kernels.shape[0], kernels.shape[1])
    let raised = input.channels.map { $0.bias + $0.offset }
    let side = Double(hop.window)
    offsets = (0..<nodes).flatMap { node -> [Double] in
      // sqrt(D) times the mean; D is a window, or one for each channel.
      let dc =
        hop.isJoint
        ? raised.reduce(0, +) * side / Double(raised.count).squareRoot() : raised[node] * side
      return [dc] + [Double](repeating: 0, count: outputs - 1)
    }
    let channels = hop.isJoint ? input.channels.count : 1
    weight = kernels.to(.float32).reshaped(-1, channels, hop.window, hop.window)
      .contiguous(.channelsLast)
    shift = -kernels.matmul(means.unsqueezed(2)).flattened().to(.float32)
  }

  /// Channel-wise nodes, or one.
  public var nodes: Int { kernels.shape[0] }

  /// The features `[N, C', H', W']` of the hop, from those of the hop before or from images; without ``offsets``.
  public func callAsFunction(_ previous: Tensor) -> Tensor { features(of: input(previous)) }

  /// As a call, of what ``input`` gives.
  func features(of maps: Tensor) -> Tensor {
    let outputs = outputs(of: maps)
    guard kept.count < energies.count else { return outputs }
    return outputs.selecting(Tensor(kept), axis: 1)
  }

  /// All outputs `[N, nodes * (1 + M), H', W']`.
  func outputs(of maps: Tensor) -> Tensor {
    maps.contiguous(.channelsLast).convolved2d(
      weight, bias: shift, stride: hop.stride,
      groups: nodes)
  }

  /// What a hop with that pooling takes from this one.
  func next(pooling: Int) -> SaabInput {
    let outputsPerNode = kernels.shape[1]
    let channels = kept.enumerated().compactMap { place, output -> SaabInput.Channel? in
      guard rule.role(energies[output]) == .intermediate else { return nil }
      return SaabInput.Channel(
        place: place, energy: energies[output], bias: biases[output / outputsPerNode],
        offset: offsets[output])
    }
    return SaabInput(channels, pooling: pooling)
  }
}
