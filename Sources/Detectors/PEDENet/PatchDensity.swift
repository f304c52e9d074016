import Statistics
import Torch

/// What the embeddings of good patches of one size are like.
public enum PatchDensity: Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// One mixture for all patches, wherever they lie.
    case mixture
    /// A normal law at each position, its covariance shrunk towards the one that all positions share: PaDiM's view of the
    /// embeddings. The DE network has no say in it.
    case positions
  }

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
