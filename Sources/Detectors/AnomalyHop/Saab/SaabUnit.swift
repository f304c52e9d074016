import Torch

/// The settings of one hop: which neighborhoods are described, and by how many kernels.
package struct SaabHop: Codable, Sendable, Hashable {
  /// Side of the square neighborhood, in samples of the maps that the hop takes.
  package var window: Int
  package var stride: Int
  /// AC components of each node; all but the null one where nil.
  package var components: Int?
  /// Side of the squares that the maps are reduced to the maximum of before the hop; 1 leaves them as they are. Where a
  /// side is no multiple, zeros are added below and to the right.
  package var pooling: Int
  /// Whether all channels together make one node (the ordinary Saab transform) instead of one node each.
  package var isJoint: Bool

  package init(
    window: Int, stride: Int = 1, components: Int? = nil, pooling: Int = 1, isJoint: Bool = false
  ) {
    self.window = window
    self.stride = stride
    self.components = components
    self.pooling = pooling
    self.isJoint = isJoint
  }

  /// What becomes of a side of so many samples; below 1 where the window does not fit.
  package func side(_ input: Int) -> Int {
    let pooled = (input + pooling - 1) / pooling
    return pooled < window ? 0 : (pooled - window) / stride + 1
  }
}

/// Which outputs of a hop are features, and which of them the next hop splits further.
package struct EnergyRule: Codable, Sendable, Hashable {
  /// How a node's energy goes to its outputs.
  package enum Inheritance: String, Codable, Sendable {
    /// DC and AC share it by their variances (PixelHop++, Chen et al. 2020, section 3.2).
    case shared
    /// DC has all of it, and AC components share it once more by their variances, so that DC always goes on (AnomalyHop as
    /// released).
    case dcKeepsAll
  }

  /// What an output is for.
  package enum Role: Sendable, Equatable {
    /// A feature that the next hop splits.
    case intermediate
    /// A feature.
    case leaf
    case discarded
  }

  package var inheritance: Inheritance
  /// The least energy of an intermediate output, TH1.
  package var splitting: Double
  /// The least energy of a feature, TH2.
  package var keeping: Double

  package init(inheritance: Inheritance, splitting: Double, keeping: Double) {
    self.inheritance = inheritance
    self.splitting = splitting
    self.keeping = keeping
  }

  /// All outputs are features; those go on whose energy is above `threshold`.
  package static func anomalyHop(threshold: Double = 0.125) -> EnergyRule {
    EnergyRule(inheritance: .dcKeepsAll, splitting: threshold.nextUp, keeping: 0)
  }

  /// The thresholds of PixelHop++, with its authors' defaults.
  package static func pixelHop(splitting: Double = 0.005, keeping: Double = 0.001) -> EnergyRule {
    EnergyRule(inheritance: .shared, splitting: splitting, keeping: keeping)
  }

  package func role(_ energy: Double) -> Role {
    energy < keeping ? .discarded : energy < splitting ? .leaf : .intermediate
  }
}

/// What a hop takes from the features of the hop before: the channels that go on, pooled.
package struct SaabInput: Sendable {
  package struct Channel: Sendable, Hashable {
    /// Which feature of the hop before it is, or which channel of the image.
    package let place: Int
    package let energy: Double
    /// What the published transform adds to the channel before this hop.
    package let bias: Double
    /// What the published channel is above the one here, see ``SaabUnit/offsets``.
    package let offset: Double
  }

  package let channels: [Channel]
  package let pooling: Int

  init(_ channels: [Channel], pooling: Int) {
    self.channels = channels
    self.pooling = pooling
  }

  /// All channels of an image.
  init(imageChannels count: Int, pooling: Int) {
    self.init(
      (0..<count).map { Channel(place: $0, energy: 1, bias: 0, offset: 0) }, pooling: pooling)
  }

  /// `[N, channels, H', W']` of features `[N, C, H, W]`.
  func callAsFunction(_ features: Tensor) -> Tensor {
    let places = channels.map(\.place)
    let maps =
      places == Array(0..<features.shape[1])
      ? features : features.selecting(Tensor(places), axis: 1)
    guard pooling > 1 else { return maps }
    return padded(padded(maps, axis: 2), axis: 3).maxPooled2d(pooling, stride: pooling)
  }

  /// The border that the published transform fills with zeros, which are minus the offset here.
  private func padded(_ maps: Tensor, axis: Int) -> Tensor {
    let missing = (pooling - maps.shape[axis] % pooling) % pooling
    guard missing > 0 else { return maps }
    var shape = maps.shape
    shape[axis] = missing
    let zero = Tensor(channels.map { Float(-$0.offset) }, shape: [1, channels.count, 1, 1])
    let border = zero + .zeros(shape)
    return .concatenate([maps, border], axis: axis)
  }
}

/// A hop that has learnt its kernels (a PixelHop++ unit): one node for each channel that it takes, or one for all.
///
/// A node gives a DC output, `sqrt(D)` times the mean of the patch, and AC outputs, the principal components of what is
/// left of it. The published transform adds a bias to what it takes, the largest norm that the hop before gave, so that
/// DC outputs are positive. A constant passes through all of this as a constant, so the maps here lack it, which spares
/// float32 numbers a thousand times larger than what they tell; ``offsets`` says what is missing.
package struct SaabUnit: Sendable {
  package let hop: SaabHop
  package let rule: EnergyRule
  package let input: SaabInput
  /// `[nodes, 1 + M, D]`, float64: orthonormal, DC first, AC by falling variance; 0 where nothing varies.
  package let kernels: Tensor
  /// `[nodes, D]`, float64: the mean of the training patches without their DC.
  package let means: Tensor
  /// Of all outputs, node by node, as ``EnergyRule`` has it.
  package let energies: [Double]
  /// Of each node, the largest norm of its outputs over all training patches: what the next hop adds.
  package let biases: [Double]
  /// Of all outputs: what the published transform has more.
  package let offsets: [Double]
  /// The outputs that are features, in order.
  package let kept: [Int]

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
  package var nodes: Int { kernels.shape[0] }

  /// The features `[N, C', H', W']` of the hop, from those of the hop before or from images; without ``offsets``.
  package func callAsFunction(_ previous: Tensor) -> Tensor { features(of: input(previous)) }

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
