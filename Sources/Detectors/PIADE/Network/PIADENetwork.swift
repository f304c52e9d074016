import Torch

/// The auto-encoder: an encoder with squeeze-and-excitation, pyramid pooling into capsules, dynamic routing to instantiation
/// vectors, of which the longest is kept and made features again, which a decoder turns into the image, with the help of the
/// encoder's own features.
package struct PIADENetwork: Sendable {
  /// What comes of images.
  package struct Output {
    /// `[N, 3, H, W]`.
    package let reconstruction: Tensor
    /// The instantiation vectors `[N, m, D]`.
    package let vectors: Tensor
  }

  private let encoder: StagedEncoder
  private let skips: Bool
  private let pyramid: PyramidPooling
  private let routing: DynamicRouting
  private let upsampling: LinearUpsampling
  private let decoder: ReconstructionDecoder
  private let regroups: Bool
  private let form: PIADE.Form

  /// Components of an instantiation vector.
  private static let vectorLength = 64
  private static let routingIterations = 3

  /// - Parameters:
  ///   - path: below which the network's tensors are.
  ///   - height: of the images, in pixels.
  ///   - vectors: instantiation vectors, of which the longest is kept.
  ///   - skips: whether the decoder sees the encoder's last features beside the vector; by default not in the compact variant,
  ///     which would let every image through with them.
  ///   - momentum: of the running statistics behind the pooling; by default that of the settings' form.
  package init(
    _ path: ParameterPath, _ settings: PIADE, height: Int, width: Int, vectors: Int = 2,
    skips: Bool? = nil, momentum: Double? = nil
  ) {
    let kind = settings.encoder.resolved(height: height, width: width)
    let isCompact = kind == .compact
    encoder = kind.make(path, excites: true)
    pyramid = PyramidPooling(
      path / "pyramid", settings.pooling, channels: encoder.channels,
      momentum: momentum ?? settings.form.poolingMomentum)
    routing = DynamicRouting(
      path / "routing", capsules: pyramid.count, size: PyramidPooling.capsuleSize,
      vectors: vectors, length: Self.vectorLength, iterations: Self.routingIterations)
    let grid = [height, width].map { side in
      (0..<kind.halvings).reduce(side) { size, _ in (size + 1) / 2 }
    }
    let channels = isCompact ? CompactEncoder.decoderWidths[0] : 512
    upsampling = LinearUpsampling(
      path / "upsampling", length: Self.vectorLength, hidden: [128, isCompact ? 256 : 512],
      shape: [channels] + grid)
    self.skips = skips ?? !isCompact
    regroups = !isCompact
    form = settings.form
    let inputs = channels + (self.skips ? encoder.channels : 0)
    decoder =
      isCompact
      ? ReconstructionDecoder(
        compact: path / "decoder", inputs: inputs, form, height: height, width: width)
      : ReconstructionDecoder(
        released: path / "decoder", inputs: inputs / 4, form, height: height,
        width: width)
  }

  /// - Parameter images: `[N, 3, H, W]` with levels in 0...1.
  package func callAsFunction(_ images: Tensor, training: Bool) -> Output {
    let stages = encoder(images.contiguous(.channelsLast), training: training)
    let features = stages[stages.count - 1]
    let vectors = routing(pyramid(features, training: training))
    let upsampled = upsampling(DynamicRouting.longest(vectors), training: training)
    let joined = skips ? Tensor.concatenate([features, upsampled], axis: 1) : upsampled
    return Output(
      reconstruction: decoder(
        (regroups ? regrouped(joined) : joined).contiguous(.channelsLast), training: training),
      vectors: vectors)
  }

  /// Four channels become one of twice the size.
  private func regrouped(_ x: Tensor) -> Tensor {
    switch form {
    case .ours: return x.pixelShuffled(2)
    case .released:
      let shape = x.shape
      return x.contiguous().reshaped(shape[0], shape[1] / 4, 2 * shape[2], 2 * shape[3])
    }
  }
}

extension PIADE.Form {
  /// Of the running statistics behind the pooling.
  fileprivate var poolingMomentum: Double { self == .ours ? 0.1 : 0.95 }
}
