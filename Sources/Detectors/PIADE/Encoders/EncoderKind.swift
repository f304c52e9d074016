import Torch

/// The network that looks at the images.
public enum EncoderKind: String, Codable, Sendable, CaseIterable {
  /// ``compact`` where the network sees a side of at most 64 pixels, ``efficientNetLite0`` otherwise.
  case auto
  /// A small residual network for images of 28 to 64 pixels, from scratch.
  case compact
  /// Of the paper's figure; published weights.
  case resNet18 = "resnet18"
  /// Of the released code; published weights.
  case resNet50 = "resnet50"
  /// For machines without other weights.
  case efficientNetLite0 = "efficientnet_lite0"

  /// The encoder for images of this size.
  func resolved(height: Int, width: Int) -> EncoderKind {
    guard self == .auto else { return self }
    return min(height, width) <= 64 ? .compact : .efficientNetLite0
  }

  /// Whose published weights the training starts from.
  var pretrained: String? { self == .compact || self == .auto ? nil : rawValue }

  /// How often the encoder halves a side.
  var halvings: Int { self == .compact ? CompactEncoder.halvings : 5 }

  func make(_ path: ParameterPath, excites: Bool) -> StagedEncoder {
    let parts =
      switch self {
      case .auto, .compact: CompactEncoder.parts(path / "encoder")
      case .resNet18: ResNetEncoder.parts(path / "encoder", blocks: [2, 2, 2, 2], isDeep: false)
      case .resNet50: ResNetEncoder.parts(path / "encoder", blocks: [3, 4, 6, 3], isDeep: true)
      case .efficientNetLite0: EfficientNetLiteEncoder.parts(path / "encoder")
      }
    return StagedEncoder(path / "excitation", parts, excites: excites)
  }
}
