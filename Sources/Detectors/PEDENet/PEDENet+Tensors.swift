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
    tensors["scales"] = Tensor(scales.flatMap(\.values), shape: [scales.count, 3])
    for (size, moments) in zip(patchSizes, moments) {
      for (name, tensor) in moments.tensors { tensors["density.\(size).\(name)"] = tensor }
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
    guard let mean = tensors["mean"], let scales = tensors["scales"] else {
      throw ParameterError(
        origin: origin, missing: ["mean", "scales"].filter { tensors[$0] == nil })
    }
    guard mean.rank == 3, mean.shape[0] == 3, mean.dtype == .float32 else {
      throw ParameterError(origin: origin, misshapen: ["mean"])
    }
    guard scales.shape == [patchSizes.count, 3], scales.dtype == .float64 else {
      throw ParameterError(origin: origin, misshapen: ["scales"])
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
        colors: PatchColors(mean: mean), mixtures: try mixtures(moments), patchSizes: patchSizes),
      scales: (0..<patchSizes.count).map { EnergyScale(scales[$0].array(of: Double.self)) },
      tensors: tensors, figures: [:])
  }

  /// The mixture of the embeddings of each patch size.
  func mixtures(_ moments: [MixtureMoments]) throws -> [GaussianMixture] {
    do throws(StatisticsError) {
      var mixtures: [GaussianMixture] = []
      for moments in moments {
        mixtures.append(try GaussianMixture(moments, regularizer: regularizer))
      }
      return mixtures
    } catch {
      throw InspectionError("the training images", found: error.found, remedy: error.remedy)
    }
  }
}
