import Imaging
import Torch

/// An image that has been read and brought to the model's size.
public struct LoadedImage: Sendable {
  public let sample: Sample
  /// The image as it was in the file.
  public let original: Image
  /// `[1, 3, H, W]`, see ``ImagePreprocessing/resize(_:path:)``.
  public let resized: Tensor
}
