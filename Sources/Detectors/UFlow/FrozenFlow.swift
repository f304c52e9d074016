import Foundation
import Torch

/// A trained ``UShapedFlow`` prepared for prediction: latents alone, no log-determinant, every convolution packed and what
/// only depends on the weights computed once.
package struct FrozenFlow: Sendable {
  private let flow: UShapedFlow
  private let stages: [[Block]]

  private struct Block {
    let passive: Int
    let active: Int
    let first: FrozenConvolution2D
    let second: FrozenConvolution2D
    let permutation: Tensor
    /// Global scale and offset of each channel, permuted.
    let scale: Tensor
    let offset: Tensor

    init(_ block: CouplingBlock) {
      passive = block.passive
      active = block.channels - block.passive
      let padding = block.kernel / 2
      let silent = { (outputs: Int) in Tensor.zeros([outputs], device: block.first.weight.device) }
      first = FrozenConvolution2D(
        weight: block.first.weight, bias: block.first.bias ?? silent(passive), padding: padding,
        activation: .relu)
      // The sigmoid wants twice what the hyperbolic tangent does.
      let temper =
        Tensor([Float](repeating: 2, count: active) + [Float](repeating: 1, count: active))
        .moved(to: block.first.weight.device) * CouplingBlock.temper
      second = FrozenConvolution2D(
        weight: block.second.weight * temper.reshaped(-1, 1, 1, 1),
        bias: (block.second.bias ?? silent(2 * active)) * temper, padding: padding)
      permutation = block.permutation
      scale = block.scale.selecting(permutation)
      offset = block.globalOffset.selecting(permutation)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let halves = x.split([passive, active], axis: 1)
      let coupling = second(first(halves[0].contiguous(.channelsLast))).split(
        [active, active], axis: 1)
      // exp(clamp tanh(s)) by way of the sigmoid, tanh(s) = 2 sigmoid(2 s) - 1: on a half of the channels the operator for
      // tanh takes eight times as long.
      let clamp = CouplingBlock.clamp
      let moved = coupling[1].adding(
        halves[1], times: (coupling[0].sigmoid() * (2 * clamp)).exp(), weighed: exp(-clamp))
      // Channels lie together in memory, where gathering takes a fifth of the time of selecting and a tenth of that of a product
      // with the permutation's matrix.
      let y = Tensor.concatenate([halves[0], moved], axis: 1).permuted(0, 2, 3, 1)
      return offset.adding(
        y.gathering(permutation.expanded(y.shape), axis: 3), times: scale
      ).permuted(0, 3, 1, 2)
    }
  }

  package init(_ flow: UShapedFlow) {
    self.flow = flow
    stages = noGrad { flow.stages.map { $0.map(Block.init) } }
  }

  /// Latents of features `[N, C, h, w]`, both finest first.
  package func latents(_ features: [Tensor]) -> [Tensor] {
    noGrad {
      var latents: [Tensor] = []
      var h = features[features.count - 1]
      for scale in stages.indices.reversed() {
        for block in stages[scale] { h = block(h) }
        if scale > 0 {
          let (up, latent) = flow.divided(h, scale)
          latents.insert(latent, at: 0)
          h = flow.joined(features[scale - 1], up)
        }
      }
      return [h] + latents
    }
  }
}
