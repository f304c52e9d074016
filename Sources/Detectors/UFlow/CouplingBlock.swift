import Foundation
import Torch

/// One step of the flow: an affine coupling, a learnt global scale and offset, and a fixed permutation of the channels
/// (U-Flow section 3.2; the block is GLOW's in the form of FrEIA's `AllInOneBlock`).
///
/// The first half of the channels, unchanged, tells how the second half is scaled and shifted, so the Jacobian is
/// triangular and its determinant a product.
public struct CouplingBlock {
  /// Bounds the logarithm of the scale to ±2.
  static let clamp = 2.0
  /// FrEIA tempers what the subnet says, so that a fresh block is near the identity.
  static let temper = 0.1

  let channels: Int
  /// Channels that pass unchanged: the larger half.
  let passive: Int
  let first: Convolution2D
  let second: Convolution2D
  let globalScale: Tensor
  let globalOffset: Tensor
  let permutation: Tensor
  let kernel: Int

  public init(_ path: ParameterPath, channels: Int, kernel: Int) {
    self.channels = channels
    self.kernel = kernel
    passive = channels - channels / 2
    let active = channels / 2
    first = Convolution2D(
      path / "subnet" / 0, passive, passive, kernel: kernel, padding: kernel / 2)
    second = Convolution2D(
      path / "subnet" / 2, passive, 2 * active, kernel: kernel, padding: kernel / 2)
    // The effective scale starts at 1.
    globalScale = path.parameter("globalScale", [channels], .constant(2 * log(exp(5) - 1)))
    globalOffset = path.parameter("globalOffset", [channels], .constant(0))
    permutation = path.buffer("permutation", [channels], .permutation, dtype: .int64)
  }

  /// The positive scale of each channel, `[C]`.
  var scale: Tensor { globalScale.softplus(beta: 0.5) * 0.1 }

  /// Scale, offset and permutation as one 1x1 convolution: output channel i is input channel `permutation[i]`.
  var mixingWeight: Tensor {
    let identity = Tensor.identity(channels, dtype: globalScale.dtype)
    return (identity.moved(to: globalScale.device) * scale).selecting(permutation)
      .reshaped(channels, channels, 1, 1)
  }
  var mixingBias: Tensor { globalOffset.selecting(permutation) }

  /// Logarithm of the scale and shift of the active half, each `[N, C / 2, H, W]`, from the passive half.
  private func coupling(_ x1: Tensor) -> (logScale: Tensor, shift: Tensor) {
    // The temper rides on the weights: one small product in place of one over the whole map.
    let a = first(x1).relu().convolved2d(
      second.weight * Self.temper, bias: second.bias.map { $0 * Self.temper }, padding: kernel / 2)
    let halves = a.split([channels - passive, channels - passive], axis: 1)
    return (halves[0].tanh() * Self.clamp, halves[1])
  }

  /// `[N, C, H, W]` to the same shape, and the log-determinant of the Jacobian, `[N]`.
  public func callAsFunction(_ x: Tensor) -> (Tensor, logDeterminant: Tensor) {
    let halves = x.split([passive, channels - passive], axis: 1)
    let (logScale, shift) = coupling(halves[0])
    let moved = halves[1] * logScale.exp() + shift
    let y = Tensor.concatenate([halves[0], moved], axis: 1).convolved2d(
      mixingWeight, bias: mixingBias)
    let pixels = Double(x.shape[2] * x.shape[3])
    return (y, logScale.sum(1, 2, 3) + scale.log().sum() * pixels)
  }

  /// The input that gives `y`.
  public func inverse(_ y: Tensor) -> Tensor {
    let order = permutation.sorted().indices
    let column = { (t: Tensor) in t.reshaped(1, channels, 1, 1) }
    let v = (y.selecting(order, axis: 1) - column(globalOffset)) / column(scale)
    let halves = v.split([passive, channels - passive], axis: 1)
    let (logScale, shift) = coupling(halves[0])
    return .concatenate([halves[0], (halves[1] - shift) * (-logScale).exp()], axis: 1)
  }
}
