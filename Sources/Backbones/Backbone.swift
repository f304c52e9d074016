import Torch

/// A frozen network that turns images into features.
///
/// It is made for inference alone: batch norms are folded into the convolutions before them, and no operation is
/// recorded for differentiation. Its features are ordinary tensors that can be trained on.
public protocol Backbone: Sendable {
  /// Where features can be taken, finest first.
  var taps: [FeatureTap] { get }

  /// The only side in pixels of the square images that it takes; nil where it takes any size.
  var imageSide: Int? { get }

  /// The features of `images` at the taps with the given strides, in the order asked for.
  ///
  /// Nothing is computed beyond the deepest of them. Strides that no tap has are a programmer's error.
  /// - Parameter images: `[N, 3, H, W]`, normalized as the ``BackboneArchitecture/colors`` says.
  /// - Returns: one `[N, C, h, w]` for each stride, in channels-last order; `h` is `H / stride`, rounded up.
  func features(_ images: Tensor, strides: [Int]) -> [Tensor]

  /// Scores of the 1000 ImageNet classes `[N, 1000]` for `images` `[N, 3, H, W]`.
  func logits(_ images: Tensor) -> Tensor
}

extension Backbone {
  public var imageSide: Int? { nil }
}
