import Torch

/// A backbone that is a chain: a stem, one stage for each tap, a classifier.
protocol StagedBackbone: Backbone {
  associatedtype Stage: BackboneStage
  /// One for each of ``Backbone/taps``.
  var stages: [Stage] { get }
  func stem(_ images: Tensor) -> Tensor
  func classify(_ x: Tensor) -> Tensor
}

/// A part of a backbone that keeps the layout of `[N, C, H, W]`.
protocol BackboneStage: Sendable {
  func callAsFunction(_ x: Tensor) -> Tensor
}

/// Parts that follow each other are a part.
extension Array: BackboneStage where Element: BackboneStage {
  func callAsFunction(_ x: Tensor) -> Tensor { reduce(x) { $1($0) } }
}

extension StagedBackbone {
  func features(_ images: Tensor, strides: [Int]) -> [Tensor] {
    let indices = strides.map { stride in
      guard let index = taps.firstIndex(where: { $0.stride == stride }) else {
        preconditionFailure("no tap of stride \(stride) among \(taps.map(\.stride))")
      }
      return index
    }
    guard let deepest = indices.max() else { return [] }
    // Not inference mode: its tensors could never take part in the training of what follows.
    return noGrad {
      var x = stem(images.contiguous(.channelsLast))
      let reached = stages[...deepest].map { stage in
        x = stage(x)
        return x
      }
      return indices.map { reached[$0] }
    }
  }

  func logits(_ images: Tensor) -> Tensor {
    noGrad { classify(stages(stem(images.contiguous(.channelsLast)))) }
  }
}
