import Torch

/// The flow read the other way: from latents to features.
extension FittedUFlow {
  /// Features as the flow takes them, normalized, `[N, C, h, w]`, finest scale first, that have these latents: the inverse
  /// of ``latents(normalized:)``.
  public func normalizedFeatures(latents: [Tensor]) -> [Tensor] {
    noGrad { network.flow.inverse(latents) }
  }

  /// Latents of features that are normalized already.
  public func latents(normalized features: [Tensor]) -> [Tensor] {
    noGrad { network.flow(features).latents }
  }

  /// Normalized features of good images that never were, as the flow believes them to be, drawn from standard normal
  /// latents.
  ///
  /// - Parameters:
  ///   - height: of the images, in pixels, a multiple of the deepest stride; the width likewise.
  ///   - seed: the same features for the same one.
  public func sample(count: Int, height: Int, width: Int, seed: UInt64) -> [Tensor] {
    let deepest = strides[strides.count - 1]
    precondition(
      height.isMultiple(of: deepest) && width.isMultiple(of: deepest),
      "\(width) x \(height) is no multiple of the stride \(deepest)")
    let generator = Generator(seed: seed)
    let flow = network.flow
    let latents = zip(strides, flow.latentChannels).map { stride, channels in
      Tensor.normal([count, channels, height / stride, width / stride], generator: generator)
        .moved(to: flow.stages[0][0].first.weight.device)
    }
    return normalizedFeatures(latents: latents)
  }
}
