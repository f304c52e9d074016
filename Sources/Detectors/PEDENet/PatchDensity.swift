import Statistics
import Torch

/// What the embeddings of good patches of one size are like.
enum PatchDensity: Sendable {
  case mixture(GaussianMixture)
  /// Of each position, or of all in one.
  case positions(Gaussian)

  /// How unlikely embeddings `[N, h, w, D]` are, `[N, h, w]`: the negative logarithm of the mixture's density, or the
  /// Mahalanobis distance at each position.
  func energy(_ embeddings: Tensor) -> Tensor {
    let shape = Array(embeddings.shape.dropLast())
    return switch self {
    case .mixture(let mixture): mixture.energy(embeddings.flattened(through: 2)).reshaped(shape)
    case .positions(let law):
      law.mahalanobisSquared(Self.grouped(embeddings, groups: law.groups)).sqrt().reshaped(shape)
    }
  }

  /// Embeddings `[N, h, w, D]` as samples `[n, groups, D]`.
  static func grouped(_ embeddings: Tensor, groups: Int) -> Tensor {
    embeddings.reshaped(-1, groups, embeddings.shape[3])
  }
}

extension Gaussian {
  /// All of it, for ``init(_:dimensions:origin:)``.
  var tensors: [String: Tensor] {
    ["mean": mean, "whitening": Triangle(dimensions).packed(whitening)]
  }

  /// What ``tensors`` held.
  init(_ tensors: [String: Tensor], dimensions: Int, origin: String) throws(ParameterError) {
    guard let mean = tensors["mean"], let packed = tensors["whitening"] else {
      throw ParameterError(
        origin: origin, missing: ["mean", "whitening"].filter { tensors[$0] == nil })
    }
    let triangle = Triangle(dimensions)
    guard mean.rank == 2, mean.shape[1] == dimensions, mean.dtype == .float32,
      packed.shape == [mean.shape[0], triangle.count], packed.dtype == .float32
    else { throw ParameterError(origin: origin, misshapen: ["mean", "whitening"]) }
    self.init(mean: mean, whitening: triangle.lower(packed))
  }
}

/// Energies of patches, and what they tell of the pixels.
package struct PatchEnergies: Sendable {
  /// `[N, h, w]`: of the patches that begin at every `stride`-th pixel.
  package let values: Tensor
  package let patchSize: Int
  package let stride: Int

  /// - Parameter patchSize: a multiple of `stride`.
  package init(_ values: Tensor, patchSize: Int, stride: Int) {
    precondition(patchSize.isMultiple(of: stride), "cells of \(stride) do not fill \(patchSize)")
    self.values = values
    self.patchSize = patchSize
    self.stride = stride
  }

  /// The mean energy of the patches that a pixel lies in, `[N, H, W]` in cells of `stride` x `stride` pixels, all of which
  /// lie in the same patches.
  package var spread: Tensor {
    let side = patchSize / stride
    let margin = [Int](repeating: side - 1, count: 4)
    let sums = { (maps: Tensor) in
      maps.unsqueezed(1).padded(margin).averagePooled2d(side, stride: 1).squeezed(1)
    }
    let ones = Tensor.ones([1] + values.shape.dropFirst(), device: values.device)
    return sums(values) / sums(ones)
  }
}

/// What energies of good images are like at each position: the unit that energies of all patch sizes are brought to. Where
/// things look alike at a place, some are rare, and yet as they should be.
struct EnergyScale: Sendable {
  /// `[h, w]`, or `[1, 1]` for all positions.
  let mean: Tensor
  let deviation: Tensor

  /// How many images the deviation of all positions counts for beside those of a position.
  private static let sharedImages = 10.0
  /// Where nothing varies, a deviation would be no unit.
  private static let leastVariance = 1e-6

  /// - Parameter maps: `[N, h, w]`; of one image alone, all positions together are the reference.
  init(_ maps: Tensor) {
    let energies = maps.to(.float64)
    let count = Double(energies.shape[0])
    let (mean, variance): (Tensor, Tensor)
    if count > 1 {
      mean = energies.mean(0)
      let own = energies.variance(0)
      variance = (own * count + own.mean() * Self.sharedImages) * (1 / (count + Self.sharedImages))
    } else {
      mean = energies.mean().reshaped(1, 1)
      variance = (energies - mean).square().mean().reshaped(1, 1)
    }
    self.mean = mean.to(.float32)
    deviation = variance.clamped(min: Self.leastVariance).sqrt().to(.float32)
  }

  init(mean: Tensor, deviation: Tensor) { (self.mean, self.deviation) = (mean, deviation) }

  /// Energies `[N, h, w]` in deviations from the mean.
  func callAsFunction(_ energies: Tensor) -> Tensor { (energies - mean) / deviation }
}
