import Backbones
import Inspection
import Statistics
import Torch

extension PEDENet {
  /// All that was learnt, by name.
  func tensors(
    _ parameters: Parameters, mean: Tensor, moments: [MixtureMoments], scales: [EnergyScale]
  ) -> [String: Tensor] {
    var tensors = parameters.stateDictionary.mapValues { $0.detached() }
    tensors["mean"] = mean
    for (index, size) in patchSizes.enumerated() {
      for (name, tensor) in moments[index].tensors { tensors["density.\(size).\(name)"] = tensor }
      let scale = scales[index]
      tensors["scale.\(size).mean"] = scale.mean
      tensors["scale.\(size).deviation"] = scale.deviation
      tensors["scale.\(size).least"] = Tensor([scale.least])
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
    let moments = try patchSizes.map { size in
      let path = "density.\(size)"
      let stored = tensors.filter { $0.key.hasPrefix(path + ".") }
        .map { (String($0.key.dropFirst(path.count + 1)), $0.value) }
      let moments = try MixtureMoments(
        Dictionary(uniqueKeysWithValues: stored), origin: "the bundle's \(path)")
      guard moments.components == clusters, moments.dimensions == dimensions else {
        throw ParameterError(origin: origin, misshapen: ["\(path).mean"])
      }
      return moments
    }
    return FittedPEDENet(
      settings: self,
      parts: PEDENetParts(
        encoder: FrozenPatchEncoder(network.encoder, patchSizes: patchSizes, stride: stride),
        colors: PatchColors(mean: mean), mixtures: try mixtures(moments),
        memberships: network.memberships, patchSizes: patchSizes),
      scales: try patchSizes.map { try scale(of: $0, in: tensors) },
      tensors: tensors, figures: [:])
  }

  private func scale(of size: Int, in tensors: [String: Tensor]) throws(ParameterError)
    -> EnergyScale
  {
    let origin = "the bundle's tensors"
    let names = ["mean", "deviation", "least"].map { "scale.\(size).\($0)" }
    let found = names.compactMap { tensors[$0] }
    guard found.count == names.count else {
      throw ParameterError(origin: origin, missing: names.filter { tensors[$0] == nil })
    }
    guard found[0].rank == 2, found[0].shape == found[1].shape, found[2].count == 1 else {
      throw ParameterError(origin: origin, misshapen: names)
    }
    return EnergyScale(mean: found[0], deviation: found[1], least: found[2].item())
  }

  /// The mixture of the embeddings of each patch size.
  func mixtures(_ moments: [MixtureMoments]) throws -> [GaussianMixture] {
    do throws(StatisticsError) {
      var mixtures: [GaussianMixture] = []
      for moments in moments {
        mixtures.append(try GaussianMixture(moments, regularizer: densityRegularizer))
      }
      return mixtures
    } catch {
      throw InspectionError("the training images", found: error.found, remedy: error.remedy)
    }
  }
}
