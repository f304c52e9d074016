import Torch

/// Frozen features that two images are compared by, differentiable with respect to the images.
public struct PerceptualNetwork: Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// EfficientNet-Lite0 at some of its strides.
    case efficientNetLite0 = "efficientnet_lite0"
    /// The first two convolutions of VGG-11, as the released code has them.
    case vgg11
  }

  /// Of EfficientNet-Lite0, finest first.
  static let strides = [4, 8, 16]

  private let kind: Kind
  private let encoder: StagedEncoder?
  private let convolutions: [Convolution2D]
  /// Which of the encoder's parts are compared.
  private let parts: [Int]
  /// The mean variance of each level's features over good images; one entry of 1 for VGG-11.
  public let variances: Tensor
  /// Images are enlarged until their shorter side has so many pixels.
  private let side: Int

  public init(_ path: ParameterPath, _ kind: Kind, strides: [Int], side: Int) {
    self.kind = kind
    self.side = side
    // The stem comes before the first stride.
    parts = Self.strides.enumerated().filter { strides.contains($1) }.map { $0.offset + 1 }
    switch kind {
    case .efficientNetLite0:
      convolutions = []
      encoder = StagedEncoder(
        path,
        EfficientNetLiteEncoder.parts(path / "features", depth: parts.max() ?? 0, isFrozen: true),
        excites: false)
    case .vgg11:
      encoder = nil
      convolutions = [
        Convolution2D(path / "features" / 0, 3, 64, kernel: 3, padding: 1),
        Convolution2D(path / "features" / 3, 64, 128, kernel: 3, padding: 1),
      ]
    }
    variances = path.buffer("variances", [kind == .vgg11 ? 1 : parts.count], .constant(1))
  }

  /// Features `[N, C, h, w]` of images with levels in 0...1, finest first.
  public func features(_ images: Tensor) -> [Tensor] {
    let images = images.enlarged(toShorterSide: side).contiguous(.channelsLast)
    guard let encoder else {
      // No normalization of colors, as in the released code.
      return [convolutions[1](convolutions[0](images).relu().maxPooled2d(2, stride: 2))]
    }
    // The colors that EfficientNet-Lite was trained with.
    let colors = images * (255.0 / 128) - 127.0 / 128
    let features = encoder(colors, training: false)
    return parts.map { features[$0] }
  }

  /// Squared differences of the features, each level divided by its variance: `[N, h, w]`, finest first.
  public func distances(_ a: [Tensor], _ b: [Tensor]) -> [Tensor] {
    a.indices.map { (a[$0] - b[$0]).square().mean(1) / variances[$0] }
  }

  /// Channels of all levels together.
  var channels: Int {
    kind == .vgg11 ? 128 : parts.reduce(0) { $0 + [24, 40, 112][$1 - 1] }
  }

  /// Takes the variances of the features of good images in 0...1 for the scale of each level.
  func adapt(to images: Tensor) {
    guard kind == .efficientNetLite0 else { return }
    noGrad {
      let means = features(images).map { $0.variance(0, correction: 0).mean() }
      variances.copy(from: .stack(means).clamped(min: 1e-6))
    }
  }
}
