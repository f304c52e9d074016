import Torch

/// Energies of patches, and what they tell of the pixels.
public struct PatchEnergies: Sendable {
  /// `[N, h, w]`: of the patches that begin at every `stride`-th pixel.
  public let values: Tensor
  public let patchSize: Int
  public let stride: Int

  /// - Parameter patchSize: a multiple of `stride`.
  public init(_ values: Tensor, patchSize: Int, stride: Int) {
    precondition(patchSize.isMultiple(of: stride), "cells of \(stride) do not fill \(patchSize)")
    self.values = values
    self.patchSize = patchSize
    self.stride = stride
  }

  /// The mean energy of the patches that a pixel lies in, `[N, H, W]` in cells of `stride` x `stride` pixels, all of which
  /// lie in the same patches.
  public var spread: Tensor {
    let side = patchSize / stride
    let margin = [Int](repeating: side - 1, count: 4)
    let sums = { (maps: Tensor) in
      maps.unsqueezed(1).padded(margin).averagePooled2d(side, stride: 1).squeezed(1)
    }
    let ones = Tensor.ones([1] + values.shape.dropFirst(), device: values.device)
    return sums(values) / sums(ones)
  }
}
