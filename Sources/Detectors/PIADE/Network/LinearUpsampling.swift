import Torch

/// From an instantiation vector to features at the encoder's grid: three linear layers, each with ReLU, the first two
/// standardized.
///
/// The paper's figure standardizes the last one, too; the released code, followed here, does not.
public struct LinearUpsampling: Sendable {
  private let layers: [Linear]
  private let normalizations: [BatchNormalization2D]
  private let shape: [Int]

  /// - Parameter shape: `[C, h, w]` of the features.
  init(_ path: ParameterPath, length: Int, hidden: [Int], shape: [Int]) {
    let sizes = [length] + hidden + [shape.reduce(1, *)]
    layers = zip(sizes, sizes.dropFirst()).enumerated().map { index, size in
      Linear(path / "linear" / index, size.0, size.1)
    }
    normalizations = hidden.enumerated().map { index, size in
      BatchNormalization2D(path / "bn" / index, size)
    }
    self.shape = shape
  }

  /// Vectors `[N, D]` to `[N, C, h, w]`.
  func callAsFunction(_ vectors: Tensor, training: Bool) -> Tensor {
    let hidden = zip(layers, normalizations).reduce(vectors) { x, layer in
      layer.1(layer.0(x), training: training).relu()
    }
    return layers[layers.count - 1](hidden).relu().reshaped([vectors.shape[0]] + shape)
  }
}
