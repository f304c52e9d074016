import Inspection
import Torch

/// The tensors that a training starts from: published weights of the encoder and of the perceptual network, the rest at random.
struct PIADEStart {
  let tensors: [String: Tensor]

  /// - Throws: `WeightsError` where published weights are not there, ``ParameterError`` where they are of another network.
  init(_ settings: PIADE, height: Int, width: Int, _ context: FitContext) throws {
    let fresh = Parameters(seed: context.seed)
    _ = PIADEModel(fresh, settings, height: height, width: width)
    var tensors = fresh.stateDictionary
    if let id = settings.encoder.resolved(height: height, width: width).pretrained {
      try Self.adopt(
        context.publishedWeights(id), of: id, into: &tensors, below: "network.encoder.")
    }
    if settings.losses.contains(.perceptual) {
      let id = settings.perceptual.rawValue
      try Self.adopt(
        context.publishedWeights(id), of: id, into: &tensors, below: "perceptual.features.",
        without: "features.")
    }
    self.tensors = tensors
  }

  /// Overwrites the tensors below `path` with the published ones of the same name.
  private static func adopt(
    _ published: [String: Tensor], of id: String, into tensors: inout [String: Tensor],
    below path: String, without prefix: String = ""
  ) throws {
    var (missing, misshapen): ([String], [String]) = ([], [])
    for (name, tensor) in tensors where name.hasPrefix(path) {
      let own = String(name.dropFirst(path.count))
      guard let found = published[own] ?? published[prefix + own] else {
        missing.append(own)
        continue
      }
      if found.shape == tensor.shape {
        tensors[name] = found.to(tensor.dtype)
      } else {
        misshapen.append("\(own) is \(found.shape), should be \(tensor.shape)")
      }
    }
    guard missing.isEmpty, misshapen.isEmpty else {
      throw ParameterError(
        origin: "the weights of \(id)", missing: missing.sorted(), misshapen: misshapen.sorted())
    }
  }
}
