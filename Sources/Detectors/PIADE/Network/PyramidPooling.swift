import Backbones
import Torch

/// The pyramid of pooled features at four magnifications p = 1, 2, 4, 8, each through a 1x1 convolution, standardization and
/// ReLU, viewed as capsules of 8 components.
public struct PyramidPooling: Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The mean over the image, with C / p channels: what the released code does.
    case channel
    /// Means over the cells of a grid of 4 / p, at least 1, with C / 8 channels: what the paper's figure shows. The number of
    /// channels is ours, so that capsules do not multiply.
    case spatial
  }

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
  ///   - levels: how many of the magnifications take part, from 1 on.
  ///   - momentum: of the running statistics.
  public init(
    _ path: ParameterPath, _ kind: Kind, channels: Int, levels: Int = 4, momentum: Double = 0.1
  ) {
    branches = Self.magnifications.prefix(levels).enumerated().map { index, p in
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
  public var count: Int { branches.reduce(0) { $0 + $1.capsules } }

  /// Features `[N, C, h, w]` to capsules `[N, count, 8]`.
  public func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    .concatenate(
      branches.map { branch in
        let pooled = x.adaptiveAveragePooled2d(branch.grid, branch.grid)
        return branch.layer(pooled, training: training).contiguous()
          .reshaped(x.shape[0], -1, Self.capsuleSize)
      }, axis: 1)
  }
}
