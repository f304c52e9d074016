import Torch

/// The auto-encoder: an encoder with squeeze-and-excitation, pyramid pooling into capsules, dynamic routing to instantiation
/// vectors, of which the longest is kept and made features again, which a decoder turns into the image, with the help of the
/// encoder's own features.
public struct PIADENetwork: Sendable {
  /// What comes of images.
  public struct Output {
    /// `[N, 3, H, W]`.
    public let reconstruction: Tensor
    /// The instantiation vectors `[N, m, D]`.
    public let vectors: Tensor
  }

  private let encoder: StagedEncoder
  private let skips: Bool
  private let pyramid: PyramidPooling
  private let routing: DynamicRouting
  private let upsampling: LinearUpsampling
  private let decoder: ReconstructionDecoder
  private let regroups: Bool
  private let regrouping: PIADE.Regrouping

  /// - Parameters:
  ///   - height: of the images, in pixels.
  ///   - path: below which the network's tensors are.
  public init(_ path: ParameterPath, _ settings: PIADE, height: Int, width: Int) {
    let kind = settings.encoder.resolved(height: height, width: width)
    let isCompact = kind == .compact
    encoder = kind.make(path, excites: settings.squeezeExcitation)
    pyramid = PyramidPooling(
      path / "pyramid", settings.pooling, channels: encoder.channels,
      levels: settings.pyramidLevels, momentum: settings.poolingMomentum)
    routing = DynamicRouting(
      path / "routing", capsules: pyramid.count, size: PyramidPooling.capsuleSize,
      vectors: settings.vectors, length: settings.vectorLength,
      iterations: settings.routingIterations)
    let grid = [height, width].map { side in
      (0..<kind.halvings).reduce(side) { size, _ in (size + 1) / 2 }
    }
    let channels = isCompact ? CompactEncoder.decoderWidths[0] : 512
    upsampling = LinearUpsampling(
      path / "upsampling", length: settings.vectorLength, hidden: [128, isCompact ? 256 : 512],
      shape: [channels] + grid)
    skips = settings.skip == .all || (settings.skip == .auto && !isCompact)
    regroups = !isCompact
    regrouping = settings.regrouping
    let inputs = channels + (skips ? encoder.channels : 0)
    decoder =
      isCompact
      ? ReconstructionDecoder(
        compact: path / "decoder", inputs: inputs, settings.output, height: height, width: width)
      : ReconstructionDecoder(
        released: path / "decoder", inputs: inputs / 4, settings.output, height: height,
        width: width)
  }

  /// - Parameter images: `[N, 3, H, W]` with levels in 0...1.
  public func callAsFunction(_ images: Tensor, training: Bool) -> Output {
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
    switch regrouping {
    case .pixelShuffle: return x.pixelShuffled(2)
    case .memory:
      let shape = x.shape
      return x.contiguous().reshaped(shape[0], shape[1] / 4, 2 * shape[2], 2 * shape[3])
    }
  }
}
