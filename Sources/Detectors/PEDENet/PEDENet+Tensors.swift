import Backbones
import Inspection
import Statistics
import Torch

extension PEDENet {
  /// On the diagonals of the mixture's covariances.
  private static let regularizer = 1e-4
  /// Share of the covariance of all positions in that of each.
  private static let shrinkage = 0.25
  /// Of each dimension's variance over all positions, added to it at each.
  private static let ridge = 1e-3

  /// All that was learnt, by name.
  func tensors(
    _ parameters: Parameters, mean: Tensor, densities: [[String: Tensor]], scales: [EnergyScale]
  ) -> [String: Tensor] {
    var tensors = parameters.stateDictionary.mapValues { $0.detached() }
    tensors["mean"] = mean
    for (index, size) in patchSizes.enumerated() {
      for (name, tensor) in densities[index] { tensors["density.\(size).\(name)"] = tensor }
      let scale = scales[index]
      tensors["scale.\(size).mean"] = scale.mean
      tensors["scale.\(size).deviation"] = scale.deviation
    }
    return tensors
  }

  public func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws
    -> FittedPEDENet
  {
    let origin = "the bundle's tensors"
    let own = ["encoder.", "memberships.", "locations."]
    let parameters = Parameters(
      loading: tensors.filter { name, _ in own.contains { name.hasPrefix($0) } })
    let network = PEDENetNetwork(parameters, settings: self)
    try parameters.verify(origin)
    guard let mean = tensors["mean"] else {
      throw ParameterError(origin: origin, missing: ["mean"])
    }
    guard mean.rank == 3, mean.shape[0] == 3, mean.dtype == .float32 else {
      throw ParameterError(origin: origin, misshapen: ["mean"])
    }
    let densities = try patchSizes.map { size in
      let path = "density.\(size)."
      let stored = tensors.filter { $0.key.hasPrefix(path) }
        .map { (String($0.key.dropFirst(path.count)), $0.value) }
      return try density(
        Dictionary(uniqueKeysWithValues: stored), origin: "the bundle's density.\(size)")
    }
    return FittedPEDENet(
      settings: self,
      parts: PEDENetParts(
        encoder: FrozenPatchEncoder(network.encoder, patchSizes: patchSizes, stride: stride),
        colors: PatchColors(mean: mean), densities: densities,
        memberships: network.memberships, patchSizes: patchSizes),
      scales: try patchSizes.map { try scale(of: $0, in: tensors) },
      tensors: tensors, metrics: [:])
  }

  private func scale(of size: Int, in tensors: [String: Tensor]) throws(ParameterError)
    -> EnergyScale
  {
    let origin = "the bundle's tensors"
    let names = ["mean", "deviation"].map { "scale.\(size).\($0)" }
    let found = names.compactMap { tensors[$0] }
    guard found.count == names.count else {
      throw ParameterError(origin: origin, missing: names.filter { tensors[$0] == nil })
    }
    guard found[0].rank == 2, found[0].shape == found[1].shape,
      found.allSatisfy({ $0.dtype == .float32 })
    else {
      throw ParameterError(origin: origin, misshapen: names)
    }
    return EnergyScale(mean: found[0], deviation: found[1])
  }

  private func density(_ stored: [String: Tensor], origin: String) throws -> PatchDensity {
    switch density {
    case .positions:
      return .positions(try Gaussian(stored, dimensions: dimensions, origin: origin))
    case .mixture:
      let moments = try MixtureMoments(stored, origin: origin)
      guard moments.components == clusters, moments.dimensions == dimensions else {
        throw ParameterError(origin: origin, misshapen: ["mean"])
      }
      return .mixture(try mixture(moments))
    }
  }

  /// The mixture of the embeddings of one patch size.
  func mixture(_ moments: MixtureMoments) throws -> GaussianMixture {
    try lawOfTrainingImages { () throws(StatisticsError) in
      try GaussianMixture(moments, regularizer: Self.regularizer)
    }
  }

  /// The laws of the embeddings of one patch size, of each position or of all in one.
  func laws(_ moments: Moments) throws -> Gaussian {
    try lawOfTrainingImages { () throws(StatisticsError) in
      try Gaussian(moments, shrinkage: Self.shrinkage, ridge: Self.ridge)
    }
  }
}
