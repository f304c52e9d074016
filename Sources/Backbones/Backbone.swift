import Torch

/// A frozen network that turns images into features.
///
/// It is made for inference alone: batch norms are folded into the convolutions before them, and no operation is
/// recorded for differentiation. Its features are ordinary tensors that can be trained on.
///
/// ```swift
/// let backbone = try BackboneRegistry.standard.architecture("resnet18").load()
/// let features = backbone.features(images, taps: ["layer1", "layer3"])
/// ```
public protocol Backbone: Sendable {
  /// Where features can be taken, in the order of the network.
  var taps: [FeatureTap] { get }

  /// The only side in pixels of the square images that it takes; nil where it takes any size.
  var imageSide: Int? { get }

  /// The features of `images` at the taps with the given names, in the order asked for.
  ///
  /// Nothing is computed beyond the deepest of them. Names that no tap has are a programmer's error.
  /// - Parameter images: `[N, 3, H, W]`, normalized as the ``BackboneArchitecture/colors`` says.
  /// - Returns: one `[N, C, h, w]` for each name, in channels-last order; `h` is `H / stride`, rounded up.
  func features(_ images: Tensor, taps names: [String]) -> [Tensor]
}

/// A backbone that has kept its classifier: by what it says of images, its weights are held against the published network.
package protocol ClassifyingBackbone: Backbone {
  /// Scores of the 1000 ImageNet classes `[N, 1000]` for `images` `[N, 3, H, W]`.
  func logits(_ images: Tensor) -> Tensor
}

/// A place in a backbone where features can be taken.
public struct FeatureTap: Sendable, Hashable, Codable {
  /// The module whose output it is, as timm calls it (torchvision, for ResNets): `blocks.1`, `layer2`.
  public let name: String
  /// Pixels of the input between neighboring features. Two taps may have the same.
  public let stride: Int
  /// Features at each place.
  public let channels: Int

  /// - Parameters:
  ///   - name: the only tap of that name in its network.
  ///   - stride: pixels of the input between neighboring features.
  ///   - channels: features at each place.
  public init(_ name: String, stride: Int, channels: Int) {
    self.name = name
    self.stride = stride
    self.channels = channels
  }
}

extension Backbone {
  public var imageSide: Int? { nil }

  /// The strides that taps have, each once, finest first.
  public var strides: [Int] { Set(taps.map(\.stride)).sorted() }

  /// The tap that a stride stands for in settings and saved models: the deepest of those that have it, since what lies
  /// deeper says more of the same places. Nil where none has it.
  public func tap(stride: Int) -> FeatureTap? { taps.last { $0.stride == stride } }

  /// As ``features(_:taps:)``, at the taps that the strides stand for (``tap(stride:)``). A stride that no tap has is a
  /// programmer's error.
  public func features(_ images: Tensor, strides: [Int]) -> [Tensor] {
    let names = strides.map { stride in
      guard let tap = tap(stride: stride) else {
        preconditionFailure("no tap of stride \(stride) among \(self.strides)")
      }
      return tap.name
    }
    return features(images, taps: names)
  }
}
