import Torch

/// A trained ``UShapedFlow`` prepared for prediction: latents alone, no log-determinant, every convolution packed and what
/// only depends on the weights computed once.
public struct FrozenFlow {
  private let stages: [[Block]]

  private struct Block {
    let passive: Int
    let active: Int
    let first: FrozenConvolution2D
    let second: FrozenConvolution2D
    /// Global scale, offset and permutation.
    let mix: FrozenConvolution2D

    init(_ block: CouplingBlock) {
      passive = block.passive
      active = block.channels - block.passive
      let padding = block.kernel / 2
      let silent = { (outputs: Int) in Tensor.zeros([outputs], device: block.first.weight.device) }
      first = FrozenConvolution2D(
        weight: block.first.weight, bias: block.first.bias ?? silent(passive), padding: padding,
        activation: .relu)
      second = FrozenConvolution2D(
        weight: block.second.weight * CouplingBlock.temper,
        bias: (block.second.bias ?? silent(2 * active)) * CouplingBlock.temper, padding: padding)
      mix = FrozenConvolution2D(weight: block.mixingWeight, bias: block.mixingBias)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
      let halves = x.split([passive, active], axis: 1)
      let coupling = second(first(halves[0].contiguous(.channelsLast))).split(
        [active, active], axis: 1)
      let scale = (coupling[0].tanh() * CouplingBlock.clamp).exp()
      return mix(.concatenate([halves[0], halves[1] * scale + coupling[1]], axis: 1))
    }
  }

  public init(_ flow: UShapedFlow) {
    stages = noGrad { flow.stages.map { $0.map(Block.init) } }
  }

  /// Latents of features `[N, C, h, w]`, both finest first.
  public func latents(_ features: [Tensor]) -> [Tensor] {
    noGrad {
      var latents: [Tensor] = []
      var h = features[features.count - 1]
      for scale in stages.indices.reversed() {
        for block in stages[scale] { h = block(h) }
        if scale > 0 {
          let (up, latent) = UShapedFlow.divided(h)
          latents.insert(latent, at: 0)
          h = .concatenate([features[scale - 1], up], axis: 1)
        }
      }
      return [h] + latents
    }
  }
}
