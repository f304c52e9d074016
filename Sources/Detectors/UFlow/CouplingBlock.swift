import Foundation
import Torch

/// One step of the flow: an affine coupling, a learnt global scale and offset, and a fixed permutation of the channels
/// (U-Flow section 3.2; the block is GLOW's in the form of FrEIA's `AllInOneBlock`).
///
/// The first half of the channels, unchanged, tells how the second half is scaled and shifted, so the Jacobian is
/// triangular and its determinant a product.
package struct CouplingBlock: Sendable {
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

  package init(_ path: ParameterPath, channels: Int, kernel: Int) {
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

  /// What training changes, in the order of its names.
  var trainable: [Tensor] {
    [first.weight, first.bias, second.weight, second.bias, globalScale, globalOffset]
      .compactMap(\.self)
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

  /// What the mixing was given: its inverse is a 1x1 convolution, too.
  private func unmixed(_ y: Tensor) -> Tensor {
    let identity = Tensor.identity(channels, dtype: globalScale.dtype).moved(to: globalScale.device)
    let weight =
      identity.selecting(permutation.sorted().indices) / scale.reshaped(channels, 1)
    return y.convolved2d(
      weight.reshaped(channels, channels, 1, 1), bias: -(globalOffset / scale))
  }

  /// Logarithm of the scale and shift of the active half, each `[N, C / 2, H, W]`, from the passive half.
  private func coupling(_ x1: Tensor) -> (logScale: Tensor, shift: Tensor) {
    let hidden = x1.convolved2d(first.weight, bias: first.bias, padding: kernel / 2)
    // The temper rides on the weights: one small product in place of one over the whole map.
    let a = hidden.relu().convolved2d(
      second.weight * Self.temper, bias: second.bias.map { $0 * Self.temper }, padding: kernel / 2)
    let halves = a.split([channels - passive, channels - passive], axis: 1)
    return (halves[0].tanh() * Self.clamp, halves[1])
  }

  /// `[N, C, H, W]` to the same shape, and the log-determinant of the Jacobian, `[N]`.
  package func callAsFunction(_ x: Tensor) -> (Tensor, logDeterminant: Tensor) {
    let halves = x.split([passive, channels - passive], axis: 1)
    let (logScale, shift) = coupling(halves[0])
    let moved = halves[1] * logScale.exp() + shift
    let y = Tensor.concatenate([halves[0], moved], axis: 1).convolved2d(
      mixingWeight, bias: mixingBias)
    let pixels = Double(x.shape[2] * x.shape[3])
    return (y, logScale.sum(1, 2, 3) + scale.log().sum() * pixels)
  }

  /// The input that gives `y`.
  package func inverse(_ y: Tensor) -> Tensor {
    let halves = unmixed(y).split([passive, channels - passive], axis: 1)
    let (logScale, shift) = coupling(halves[0])
    return .concatenate([halves[0], (halves[1] - shift) * (-logScale).exp()], axis: 1)
  }

  /// One step back in reversible training: the input that gives `y`, and the gradients of a loss with respect to it and to
  /// the block's parameters.
  ///
  /// - Parameters:
  ///   - gradient: the loss's with respect to `y`.
  ///   - logDeterminantGradient: the loss's with respect to each image's log-determinant.
  func reversed(_ y: Tensor, gradient: Tensor, logDeterminantGradient: Double) -> (
    x: Tensor, gradient: Tensor, parameterGradients: [Tensor]
  ) {
    let halves = noGrad { unmixed(y).split([passive, channels - passive], axis: 1) }
    let x1 = halves[0]
    x1.requiresGrad = true
    let (logScale, shift) = coupling(x1)
    let x2 = noGrad { (halves[1] - shift) * (-logScale).exp() }
    x2.requiresGrad = true
    let again = Tensor.concatenate([x1, x2 * logScale.exp() + shift], axis: 1).convolved2d(
      mixingWeight, bias: mixingBias)
    let places = Double(y.shape[0] * y.shape[2] * y.shape[3])
    let logDeterminants = logScale.sum() + scale.log().sum() * places
    // The sum depends on all of them.
    let gradients = ((again * gradient).sum() + logDeterminants * logDeterminantGradient)
      .gradients(of: [x1, x2] + trainable).map { $0! }
    return noGrad {
      (
        .concatenate([x1, x2], axis: 1), .concatenate(Array(gradients[..<2]), axis: 1),
        Array(gradients[2...])
      )
    }
  }
}
