import Backbones
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
    let below = path / "encoder"
    let chain =
      switch self {
      case .auto, .compact: CompactEncoder.chain(below)
      case .resNet18: ResNet.resNet18.chain(below, .trainable)
      case .resNet50: ResNet.resNet50.chain(below, .trainable)
      case .efficientNetLite0:
        // Weighed where the size changes next.
        EfficientNetLite.variants[0].chain(below, .trainable)
          .joined(at: [EfficientNetLite.stem, "blocks.1", "blocks.2", "blocks.4", "blocks.6"])
      }
    return StagedEncoder(path / "excitation", chain, excites: excites)
  }
}
