import Torch

/// The PE network: a patch of 32 or 64 pixels to an embedding of `D` numbers between -1 and 1.
///
/// Its layers are those of Patch-SVDD (Yi and Yoon 2020), the code base whose pretext task PEDENet shares. A patch of 64 is made
/// of the embeddings of its four quadrants. No layer pads, so the same layers over a whole image give the embeddings of
/// all its patches, as ``FrozenPatchEncoder`` does.
public struct PatchEncoder: Sendable {
  public static let patchSizes = [32, 64]
  /// Pixels between patches where the layers run over a whole image.
  static let step = 2
  static let slope = 0.1

  /// Over a patch of 32: the first with a stride of 2.
  let layers: [Convolution2D]
  /// Over a square of four embeddings.
  let assembly: [Convolution2D]

  /// - Parameters:
  ///   - dimensions: of an embedding.
  ///   - width: factor on the channels of Patch-SVDD.
  public init(_ path: ParameterPath, dimensions: Int, width: Double) {
    let hidden = [32, 64, 128, 128, 64, 32, 32].map { max(1, Int((Double($0) * width).rounded())) }
    let channels = [3] + hidden + [dimensions]
    layers = zip(channels, channels.dropFirst()).enumerated().map { index, pair in
      Convolution2D(
        path / "small" / index, pair.0, pair.1, kernel: 3, stride: index == 0 ? Self.step : 1,
        initializer: Self.initializer(fanIn: pair.0 * 9, isLast: index == hidden.count),
        biasInitializer: .constant(0))
    }
    let inner = max(1, Int((128 * width).rounded()))
    assembly = [
      Convolution2D(
        path / "large" / 0, dimensions, inner, kernel: 2,
        initializer: Self.initializer(fanIn: dimensions * 4, isLast: false),
        biasInitializer: .constant(0)),
      Convolution2D(
        path / "large" / 1, inner, dimensions, kernel: 1,
        initializer: Self.initializer(fanIn: inner, isLast: true), biasInitializer: .constant(0)),
    ]
  }

  /// Keeps the variance of what passes (He et al. 2015, biases of 0 with it), and embeddings at first where the hyperbolic tangent is not flat.
  private static func initializer(fanIn: Int, isLast: Bool) -> Initializer {
    let gain = (2 / (1 + slope * slope) / Double(fanIn)).squareRoot()
    return .normal(standardDeviation: isLast ? 0.3 * gain : gain)
  }

  /// The embeddings `[N, D, h, w]` of patches of 32 at every second pixel of `[N, 3, H, W]`.
  private func small(_ images: Tensor) -> Tensor {
    layers.dropLast().reduce(images) { $1($0).leakyReLU(slope: Self.slope) }
      .convolved2d(layers[layers.count - 1].weight, bias: layers[layers.count - 1].bias).tanh()
  }

  /// The embeddings of patches of 64, from those of their quadrants, which are `spacing` positions apart.
  private func large(_ quadrants: Tensor, spacing: Int) -> Tensor {
    let joined = quadrants.convolved2d(
      assembly[0].weight, bias: assembly[0].bias, dilation: spacing)
    return assembly[1](joined.leakyReLU(slope: Self.slope)).tanh()
  }

  /// The embeddings `[N, D, h, w]` of the patches of each size, which begin at every second pixel of `[N, 3, H, W]`.
  public func dense(_ images: Tensor, patchSizes: [Int]) -> [Tensor] {
    let small = small(images)
    return patchSizes.map { $0 == 32 ? small : large(small, spacing: 32 / Self.step) }
  }

  /// The embeddings `[N, D]` of patches `[N, 3, K, K]`, each by itself.
  public func callAsFunction(_ patches: Tensor) -> Tensor {
    guard patches.shape[2] == 64 else { return small(patches).flattened(from: 1) }
    let count = patches.shape[0]
    let quadrants = patches.unfolded(2, size: 32, step: 32).unfolded(3, size: 32, step: 32)
      .permuted(0, 2, 3, 1, 4, 5).reshaped(4 * count, 3, 32, 32)
    let embeddings = small(quadrants).reshaped(count, 2, 2, -1).permuted(0, 3, 1, 2)
    return large(embeddings, spacing: 1).flattened(from: 1)
  }
}
