import Torch

/// VGG, with torchvision's keys and names of taps: each is what a convolution gives, before its activation.
///
/// Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014.
package struct VGG: Sendable {
  /// Configuration A of the paper.
  package static let vgg11 = VGG([[64], [128], [256, 256], [512, 512], [512, 512]])

  /// Channels of the convolutions between one pooling and the next.
  private let widths: [[Int]]

  private init(_ widths: [[Int]]) { self.widths = widths }

  package var taps: [FeatureTap] { layers.map(\.tap) }

  private var layers: [(tap: FeatureTap, index: Int, isPooledBefore: Bool)] {
    var index = 0
    return widths.enumerated().flatMap { group, widths in
      defer { index += 1 }
      return widths.enumerated().map { position, channels in
        defer { index += 2 }
        let tap = FeatureTap("features.\(index)", stride: 1 << group, channels: channels)
        return (tap, index, group > 0 && position == 0)
      }
    }
  }

  /// The convolutions with what stands between them, up to the tap called `last`; differentiable and trainable.
  package func chain(_ path: ParameterPath, through last: String) -> LayerChain {
    let layers = self.layers
    guard let end = layers.firstIndex(where: { $0.tap.name == last }) else {
      preconditionFailure("no tap \(last) among \(taps.map(\.name))")
    }
    var inputs = 3
    return LayerChain(
      layers[...end].enumerated().map { position, layer in
        let convolution = Convolution2D(
          path / "features" / layer.index, inputs, layer.tap.channels, kernel: 3, padding: 1)
        inputs = layer.tap.channels
        return LayerChain.Part(layer.tap) { x, _ in
          let activated = position > 0 ? x.relu() : x
          return convolution(
            layer.isPooledBefore ? activated.maxPooled2d(2, stride: 2) : activated)
        }
      })
  }
}
