import Backbones
import Fixtures
import Torch

extension Formula {
  /// A state dictionary with every tensor of the network.
  static func weights(_ architecture: BackboneArchitecture) -> [String: Tensor] {
    architecture.parameterShapes.reduce(into: [:]) { $0[$1.key] = parameter($1.key, $1.value) }
  }

  /// Two images `[2, 3, height, width]`.
  static func images(height: Int, width: Int) -> Tensor {
    let values = uniform("images", count: 6 * height * width)
    return Tensor(values.map { $0 * 2 }, shape: [2, 3, height, width])
  }
}
