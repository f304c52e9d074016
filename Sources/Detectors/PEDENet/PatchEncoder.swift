import Torch

/// The PE network: a patch of 32 or 64 pixels to an embedding of `D` numbers between -1 and 1.
///
/// Its layers are those of Patch-SVDD (Yi and Yoon 2020), the code base whose pretext task PEDENet shares. A patch of 64 is made
/// of the embeddings of its four quadrants. No layer pads, so the same layers over a whole image give the embeddings of
/// all its patches, as ``FrozenPatchEncoder`` does.
package struct PatchEncoder: Sendable {
  package static let patchSizes = [32, 64]
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
  package init(_ path: ParameterPath, dimensions: Int, width: Double) {
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
  package func dense(_ images: Tensor, patchSizes: [Int]) -> [Tensor] {
    let small = small(images)
    return patchSizes.map { $0 == 32 ? small : large(small, spacing: 32 / Self.step) }
  }

  /// The embeddings `[N, D]` of patches `[N, 3, K, K]`, each by itself.
  package func callAsFunction(_ patches: Tensor) -> Tensor {
    guard patches.shape[2] == 64 else { return small(patches).flattened(from: 1) }
    let count = patches.shape[0]
    let quadrants = patches.unfolded(2, size: 32, step: 32).unfolded(3, size: 32, step: 32)
      .permuted(0, 2, 3, 1, 4, 5).reshaped(4 * count, 3, 32, 32)
    let embeddings = small(quadrants).reshaped(count, 2, 2, -1).permuted(0, 3, 1, 2)
    return large(embeddings, spacing: 1).flattened(from: 1)
  }
}

/// A trained ``PatchEncoder`` prepared for prediction: the embeddings of all patches of an image at once, every convolution
/// packed.
///
/// Only the first convolution has a stride. Where the patches are to be an even number of pixels apart it stays as it is, and
/// the last convolution leaves out what is not wanted. Where they are odd, the first convolution visits every pixel, and the
/// others reach across twice the distance.
package struct FrozenPatchEncoder: Sendable {
  /// Pixels between patches.
  package let stride: Int
  private let layers: [FrozenConvolution2D]
  private let assembly: [FrozenConvolution2D]
  private let patchSizes: [Int]

  /// - Parameter stride: a divisor of 32, so that the quadrants of a patch of 64 are among the patches of 32.
  package init(_ encoder: PatchEncoder, patchSizes: [Int], stride: Int) {
    precondition(stride > 0 && 32.isMultiple(of: stride), "a stride of \(stride) divides no patch")
    self.stride = stride
    self.patchSizes = patchSizes
    let step = stride.isMultiple(of: PatchEncoder.step) ? PatchEncoder.step : 1
    let last = encoder.layers.count - 1
    layers = noGrad {
      encoder.layers.enumerated().map { index, layer in
        Self.frozen(
          layer, stride: index == 0 ? step : index == last ? stride / step : 1,
          dilation: index == 0 ? 1 : PatchEncoder.step / step, isLast: index == last)
      }
    }
    assembly = noGrad {
      encoder.assembly.enumerated().map { index, layer in
        Self.frozen(layer, stride: 1, dilation: index == 0 ? 32 / stride : 1, isLast: index == 1)
      }
    }
  }

  private static func frozen(_ layer: Convolution2D, stride: Int, dilation: Int, isLast: Bool)
    -> FrozenConvolution2D
  {
    FrozenConvolution2D(
      weight: layer.weight,
      bias: layer.bias ?? .zeros([layer.weight.shape[0]], device: layer.weight.device),
      stride: stride, dilation: dilation,
      activation: isLast ? .tanh : .leakyReLU(slope: PatchEncoder.slope))
  }

  /// The embeddings `[N, h, w, D]` of the patches of each size in `[N, 3, H, W]`: `(H - K) / stride + 1` rows of them.
  package func callAsFunction(_ images: Tensor) -> [Tensor] {
    let places = { (side: Int) in 0..<(side - 32) / stride + 1 }
    // The layers see but 31 pixels of 32, so one patch too many may have come out.
    let small = layers.reduce(images.contiguous(.channelsLast)) { $1($0) }
      .slice(2, places(images.shape[2])).slice(3, places(images.shape[3]))
      .contiguous(.channelsLast)
    return patchSizes.map { size in
      (size == 32 ? small : assembly.reduce(small) { $1($0) }).permuted(0, 2, 3, 1)
    }
  }
}
