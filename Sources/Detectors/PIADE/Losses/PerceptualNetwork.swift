import Backbones
import Torch

/// Frozen features that two images are compared by, differentiable with respect to the images.
package struct PerceptualNetwork: Sendable {
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// EfficientNet-Lite0 at some of its strides.
    case efficientNetLite0 = "efficientnet_lite0"
    /// The first two convolutions of VGG-11, as the released code has them.
    case vgg11
  }

  /// Of EfficientNet-Lite0, finest first.
  static let strides = [4, 8, 16]
  private static let tapNames = [4: "blocks.1", 8: "blocks.2", 16: "blocks.4"]

  private let kind: Kind
  private let chain: LayerChain
  /// The mean variance of each level's features over good images; one entry of 1 for VGG-11.
  package let variances: Tensor
  /// Images are enlarged until their shorter side has so many pixels.
  private let side: Int

  package init(_ path: ParameterPath, _ kind: Kind, strides: [Int], side: Int) {
    self.kind = kind
    self.side = side
    switch kind {
    case .efficientNetLite0:
      let names = Self.strides.filter(strides.contains).compactMap { Self.tapNames[$0] }
      chain = EfficientNetLite.variants[0]
        .chain(path / "features", .differentiable, through: names.last).joined(at: names)
    case .vgg11:
      let last = "features.3"
      chain = VGG.vgg11.chain(path, through: last).joined(at: [last])
    }
    variances = path.buffer("variances", [chain.parts.count], .constant(1))
  }

  /// Features `[N, C, h, w]` of images with levels in 0...1, finest first.
  package func features(_ images: Tensor) -> [Tensor] {
    let images = images.enlarged(toShorterSide: side).contiguous(.channelsLast)
    // The colors that EfficientNet-Lite was trained with; VGG's stay as they are, as in the released code.
    return chain(kind == .vgg11 ? images : images * (255.0 / 128) - 127.0 / 128)
  }

  /// Squared differences of the features, each level divided by its variance: `[N, h, w]`, finest first.
  package func distances(_ a: [Tensor], _ b: [Tensor]) -> [Tensor] {
    a.indices.map { (a[$0] - b[$0]).square().mean(1) / variances[$0] }
  }

  /// Channels of all levels together.
  var channels: Int { chain.parts.reduce(0) { $0 + $1.tap.channels } }

  /// Takes the variances of the features of good images in 0...1 for the scale of each level.
  func adapt(to images: Tensor) {
    guard kind == .efficientNetLite0 else { return }
    noGrad {
      let means = features(images).map { $0.variance(0, correction: 0).mean() }
      variances.copy(from: .stack(means).clamped(min: 1e-6))
    }
  }
}
