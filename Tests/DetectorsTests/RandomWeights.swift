import Backbones
import Fixtures
import Torch

/// Weights at random in place of published ones: nothing needs to be fetched.
enum RandomWeights {
  /// For ``FitContext/publishedWeights``.
  static func of(_ id: String) throws -> [String: Tensor] {
    let shapes =
      id == "vgg11"
      ? [
        "features.0.weight": [64, 3, 3, 3], "features.0.bias": [64],
        "features.3.weight": [128, 64, 3, 3], "features.3.bias": [128],
      ] : try BackboneRegistry.standard.architecture(id).parameterShapes
    return shapes.reduce(into: [:]) { $0[$1.key] = Formula.parameter($1.key, $1.value) }
  }
}
