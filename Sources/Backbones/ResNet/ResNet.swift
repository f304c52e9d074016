import Torch

/// ResNet and Wide ResNet, with torchvision's keys and names of taps.
///
/// Sources: He et al., "Deep Residual Learning for Image Recognition", 2015; Zagoruyko and Komodakis, "Wide Residual
/// Networks", 2016.
package struct ResNet: Sendable {
  package static let resNet18 = ResNet([2, 2, 2, 2], isBottleneck: false)
  package static let resNet50 = ResNet([3, 4, 6, 3])
  package static let wideResNet50 = ResNet([3, 4, 6, 3], widthFactor: 2)

  /// Blocks of each layer.
  private let blockCounts: [Int]
  /// Whether blocks are 1x1, 3x3, 1x1 convolutions with four times the channels outside, instead of two 3x3.
  private let isBottleneck: Bool
  /// Width of the 3x3 convolutions of a bottleneck over that of the plain ResNet.
  private let widthFactor: Int

  private init(_ blockCounts: [Int], isBottleneck: Bool = true, widthFactor: Int = 1) {
    self.blockCounts = blockCounts
    self.isBottleneck = isBottleneck
    self.widthFactor = widthFactor
  }

  private func shape(layer: Int) -> ResidualBlock.Shape {
    let width = 64 << layer
    return isBottleneck
      ? .bottleneck(width: width * widthFactor, outputs: width * 4) : .basic(width: width)
  }

  /// Places of the taps: after the stem, and after each layer.
  package var taps: [FeatureTap] {
    [FeatureTap("maxpool", stride: 4, channels: 64)]
      + blockCounts.indices.map {
        FeatureTap("layer\($0 + 1)", stride: 4 << $0, channels: shape(layer: $0).outputs)
      }
  }

  /// Stem and layers in the given form.
  package func chain(_ path: ParameterPath, _ form: NetworkForm) -> LayerChain {
    let entry = NormalizedConvolution(
      path / "conv1", path / "bn1", 3, 64, kernel: 7, stride: 2, form: form)
    let stem = LayerChain.Part(taps[0]) { x, training in
      entry(x, training: training).maxPooled2d(3, stride: 2, padding: 1)
    }
    var channels = 64
    return LayerChain(
      [stem]
        + blockCounts.enumerated().map { index, count in
          let blocks = (0..<count).map { position in
            let block = ResidualBlock(
              path / "layer\(index + 1)" / position, channels, shape(layer: index),
              stride: position == 0 && index > 0 ? 2 : 1, form)
            channels = shape(layer: index).outputs
            return block
          }
          return LayerChain.Part(taps[index + 1]) { x, training in
            blocks.reduce(x) { $1($0, training: training) }
          }
        })
  }

  func backbone(_ path: ParameterPath) -> any Backbone {
    let chain = chain(path, .frozen)
    let classifier = Classifier(path / "fc", taps[taps.count - 1].channels)
    return ChainBackbone(chain) { classifier($0) }
  }
}

/// The block of ResNets: convolutions, whose result is added to the input or to its projection; torchvision's keys.
package struct ResidualBlock: Sendable {
  package enum Shape: Sendable {
    /// Two 3x3 convolutions.
    case basic(width: Int)
    /// 1x1, 3x3 and 1x1 convolutions.
    case bottleneck(width: Int, outputs: Int)

    package var outputs: Int {
      switch self {
      case .basic(let width): width
      case .bottleneck(_, let outputs): outputs
      }
    }
  }

  private let convolutions: [NormalizedConvolution]
  /// Its activation comes after the addition.
  private let last: NormalizedConvolution
  private let projection: NormalizedConvolution?

  package init(
    _ path: ParameterPath, _ inputs: Int, _ shape: Shape, stride: Int, _ form: NetworkForm
  ) {
    func convolution(
      _ index: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1
    ) -> NormalizedConvolution {
      NormalizedConvolution(
        path / "conv\(index)", path / "bn\(index)", inputs, outputs, kernel: kernel, stride: stride,
        form: form)
    }
    switch shape {
    case .basic(let width):
      convolutions = [convolution(1, inputs, width, kernel: 3, stride: stride)]
      last = convolution(2, width, width, kernel: 3)
    case .bottleneck(let width, let outputs):
      convolutions = [
        convolution(1, inputs, width, kernel: 1),
        // torchvision strides here, not in the 1x1 before it as the paper does.
        convolution(2, width, width, kernel: 3, stride: stride),
      ]
      last = convolution(3, width, outputs, kernel: 1)
    }
    let changesShape = stride > 1 || inputs != shape.outputs
    projection =
      changesShape
      ? NormalizedConvolution(
        path / "downsample" / 0, path / "downsample" / 1, inputs, shape.outputs, kernel: 1,
        stride: stride, activation: .identity, form: form) : nil
  }

  package func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    last(
      convolutions.reduce(x) { $1($0, training: training) },
      adding: projection?(x, training: training) ?? x, training: training)
  }
}
