import Backbones
import Torch

/// Colors as the PE network takes them: in 0...1, less the mean of the training images.
public struct PatchColors: Sendable {
  /// What the mean is taken over.
  public enum Centering: String, Codable, Sendable, CaseIterable {
    /// Each pixel's own, as in Patch-SVDD.
    case pixel
    /// All pixels, for each color.
    case color
  }

  /// `[3, H, W]`.
  let mean: Tensor
  private let scale: Tensor
  private let offset: Tensor

  init(mean: Tensor) {
    self.mean = mean
    let (deviation, center) = Self.normalization(mean.device)
    scale = deviation
    offset = center - mean
  }

  /// Preprocessed images `[N, 3, H, W]`, centered.
  func callAsFunction(_ images: Tensor) -> Tensor { images * scale + offset }

  /// The levels in 0...1 that preprocessed images `[N, 3, H, W]` had.
  static func levels(_ images: Tensor) -> Tensor {
    let (deviation, mean) = normalization(images.device)
    return images * deviation + mean
  }

  /// What images without a backbone are preprocessed with.
  private static func normalization(_ device: Device) -> (deviation: Tensor, mean: Tensor) {
    let colors = ColorNormalization.imageNet
    let column = { (values: [Double]) in
      Tensor(values.map { Float($0) }, shape: [3, 1, 1]).moved(to: device)
    }
    return (column(colors.standardDeviation), column(colors.mean))
  }
}
