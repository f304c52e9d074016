import Torch

/// Transposed convolutions from features at a grid to an image.
struct ReconstructionDecoder: Sendable {
  /// A transposed convolution with stride 2, standardized, with ReLU.
  private struct Step {
    let convolution: TransposedConvolution2D
    let normalization: BatchNormalization2D

    init(
      _ path: ParameterPath, _ index: Int, _ inputs: Int, _ outputs: Int, kernel: Int, padding: Int
    ) {
      convolution = TransposedConvolution2D(
        path / "conv" / index, inputs, outputs, kernel: kernel, stride: 2, padding: padding)
      normalization = BatchNormalization2D(path / "bn" / index, outputs)
    }

    func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
      normalization(convolution(x), training: training).relu()
    }
  }

  private let steps: [Step]
  private let last: @Sendable (Tensor) -> Tensor
  private let form: PIADE.Form
  private let height: Int
  private let width: Int

  /// The decoder of the released code, which makes 120 x 120 pixels of a grid of 8 x 8 on the way 15, 29, 60; other sizes are
  /// reached by interpolation.
  init(
    released path: ParameterPath, inputs: Int, _ form: PIADE.Form, height: Int, width: Int
  ) {
    steps = [
      Step(path, 0, inputs, 16, kernel: 3, padding: 1),
      Step(path, 1, 16, 32, kernel: 3, padding: 1),
      Step(path, 2, 32, 32, kernel: 4, padding: 0),
    ]
    let convolution = TransposedConvolution2D(
      path / "conv" / 3, 32, 3, kernel: 4, stride: 2, padding: 1)
    last = { convolution($0) }
    (self.form, self.height, self.width) = (form, height, width)
  }

  /// The decoder of the compact variant: as many doublings as the encoder halves, and a 3x3 convolution.
  init(
    compact path: ParameterPath, inputs: Int, _ form: PIADE.Form, height: Int, width: Int
  ) {
    let widths = CompactEncoder.decoderWidths
    steps = zip([inputs] + widths, widths).enumerated().map { index, width in
      Step(path, index, width.0, width.1, kernel: 4, padding: 1)
    }
    let convolution = Convolution2D(
      path / "conv" / steps.count, widths[widths.count - 1], 3, kernel: 3, padding: 1)
    last = { convolution($0) }
    (self.form, self.height, self.width) = (form, height, width)
  }

  /// Features `[N, C, h, w]` to images `[N, 3, height, width]`.
  func callAsFunction(_ features: Tensor, training: Bool) -> Tensor {
    let image = last(steps.reduce(features) { $1($0, training: training) })
    let sized =
      image.shape[2] == height && image.shape[3] == width
      ? image : image.resampled(height: height, width: width)
    return switch form {
    case .ours: sized.sigmoid()
    // -1...1, though no image has a level below 0.
    case .released: sized.tanh()
    }
  }
}

/// From an instantiation vector to features at the encoder's grid: three linear layers, each with ReLU, the first two
/// standardized.
///
/// The paper's figure standardizes the last one, too; the released code, followed here, does not.
struct LinearUpsampling: Sendable {
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
