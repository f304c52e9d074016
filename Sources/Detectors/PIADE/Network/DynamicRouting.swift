import Torch

/// Routing by agreement (Sabour, Frosst, Hinton 2017, procedure 1) from many input capsules to a few instantiation vectors;
/// key `weight` `[m, I, D, d]`.
///
/// The couplings are found on votes that are cut from the graph; only the last weighting is differentiated, as in the released
/// code.
public struct DynamicRouting: Sendable {
  public let weight: Tensor
  let iterations: Int

  /// - Parameters:
  ///   - capsules: input capsules, each of `size` components.
  ///   - vectors: instantiation vectors, each of `length` components.
  ///   - iterations: 1 is without routing: all votes count alike.
  public init(
    _ path: ParameterPath, capsules: Int, size: Int, vectors: Int, length: Int, iterations: Int
  ) {
    weight = path.parameter(
      "weight", [vectors, capsules, length, size], .normal(standardDeviation: 0.01))
    self.iterations = iterations
  }

  /// Capsules `[N, I, d]` to vectors `[N, m, D]`, all shorter than 1.
  public func callAsFunction(_ capsules: Tensor) -> Tensor {
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
  public static func longest(_ vectors: Tensor) -> Tensor {
    let shape = vectors.shape
    let index = vectors.square().sum(2).argmax(1).reshaped(-1, 1, 1)
      .expanded(shape[0], 1, shape[2])
    return vectors.gathering(index, axis: 1).squeezed(1)
  }
}
