import Backbones
import Torch

/// The pyramid of pooled features at four magnifications p = 1, 2, 4, 8, each through a 1x1 convolution, standardization and
/// ReLU, viewed as capsules of 8 components.
package struct PyramidPooling: Sendable {
  /// Components of a capsule.
  static let capsuleSize = 8
  static let magnifications = [1, 2, 4, 8]

  private struct Branch {
    let grid: Int
    let layer: NormalizedConvolution
    let capsules: Int
  }

  private let branches: [Branch]

  /// - Parameters:
  ///   - channels: of the features.
  ///   - momentum: of the running statistics.
  package init(
    _ path: ParameterPath, _ kind: PIADE.Pooling, channels: Int, momentum: Double
  ) {
    branches = Self.magnifications.enumerated().map { index, p in
      let grid = kind == .channel ? 1 : max(4 / p, 1)
      // Whole capsules, however few channels there are.
      let outputs =
        max(
          channels / (kind == .channel ? p : 8) / Self.capsuleSize, 1) * Self.capsuleSize
      return Branch(
        grid: grid,
        layer: NormalizedConvolution(
          path / index / "conv", path / index / "bn", channels, outputs, kernel: 1,
          momentum: momentum, form: .trainable),
        capsules: grid * grid * outputs / Self.capsuleSize)
    }
  }

  /// Capsules that come out.
  package var count: Int { branches.reduce(0) { $0 + $1.capsules } }

  /// Features `[N, C, h, w]` to capsules `[N, count, 8]`.
  package func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    .concatenate(
      branches.map { branch in
        let pooled = x.adaptiveAveragePooled2d(branch.grid, branch.grid)
        return branch.layer(pooled, training: training).contiguous()
          .reshaped(x.shape[0], -1, Self.capsuleSize)
      }, axis: 1)
  }
}

/// Routing by agreement (Sabour, Frosst, Hinton 2017, procedure 1) from many input capsules to a few instantiation vectors;
/// key `weight` `[m, I, D, d]`.
///
/// The couplings are found on votes that are cut from the graph; only the last weighting is differentiated, as in the released
/// code.
package struct DynamicRouting: Sendable {
  package let weight: Tensor
  let iterations: Int

  /// - Parameters:
  ///   - capsules: input capsules, each of `size` components.
  ///   - vectors: instantiation vectors, each of `length` components.
  ///   - iterations: 1 is without routing: all votes count alike.
  package init(
    _ path: ParameterPath, capsules: Int, size: Int, vectors: Int, length: Int, iterations: Int
  ) {
    weight = path.parameter(
      "weight", [vectors, capsules, length, size], .normal(standardDeviation: 0.01))
    self.iterations = iterations
  }

  /// Capsules `[N, I, d]` to vectors `[N, m, D]`, all shorter than 1.
  package func callAsFunction(_ capsules: Tensor) -> Tensor {
    let votes = Tensor.einsum("jidk,nik->njid", weight, capsules)
    let fixed = votes.detached()
    var logits = Tensor.zeros(
      Array(votes.shape.prefix(3)), dtype: votes.dtype, device: votes.device)
    for _ in 1..<iterations {
      let vectors = Self.squashed(Self.weighted(fixed, logits))
      logits = logits + Tensor.einsum("njd,njid->nji", vectors, fixed)
    }
    return Self.squashed(Self.weighted(votes, logits))
  }

  /// The sum of votes `[N, m, I, D]` over the capsules; each capsule's couplings to the vectors sum to 1.
  private static func weighted(_ votes: Tensor, _ logits: Tensor) -> Tensor {
    .einsum("nji,njid->njd", logits.softmax(1), votes)
  }

  /// `|s|² / (1 + |s|²)` along the direction of `s`.
  static func squashed(_ s: Tensor) -> Tensor {
    let square = s.square().sum(-1, keepDimensions: true)
    return s * (square / ((square + 1) * (square + 1e-12).sqrt()))
  }

  /// The longest of vectors `[N, m, D]` for each image, `[N, D]`.
  package static func longest(_ vectors: Tensor) -> Tensor {
    let shape = vectors.shape
    let index = vectors.square().sum(2).argmax(1).reshaped(-1, 1, 1)
      .expanded(shape[0], 1, shape[2])
    return vectors.gathering(index, axis: 1).squeezed(1)
  }
}
