import Torch

/// A trained ``PatchEncoder`` prepared for prediction: the embeddings of all patches of an image at once, every convolution
/// packed.
///
/// Only the first convolution has a stride. Where the patches are to be an even number of pixels apart it stays as it is, and
/// the last convolution leaves out what is not wanted. Where they are odd, the first convolution visits every pixel, and the
/// others reach across twice the distance.
public struct FrozenPatchEncoder: Sendable {
  /// Pixels between patches.
  public let stride: Int
  private let layers: [FrozenConvolution2D]
  private let assembly: [FrozenConvolution2D]
  private let patchSizes: [Int]

  /// - Parameter stride: a divisor of 32, so that the quadrants of a patch of 64 are among the patches of 32.
  public init(_ encoder: PatchEncoder, patchSizes: [Int], stride: Int) {
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
  public func callAsFunction(_ images: Tensor) -> [Tensor] {
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
