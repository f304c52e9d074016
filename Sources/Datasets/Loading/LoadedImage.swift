import Imaging
import Inspection
import Torch

/// An image that has been read and brought to the model's size.
public struct LoadedImage: Sendable {
  public let sample: Sample
  /// The image in its own size as the model sees it and as people are shown it, see ``ImagePreprocessing/visible(_:)``.
  public let original: Image
  /// `[1, 3, H, W]`, see ``ImagePreprocessing/resize(_:path:)``.
  public let resized: Tensor
  /// Whether its levels are as those of the images that the model was fitted on, see ``LevelCensus/suits(_:)``.
  public let hasSuitableLevels: Bool
}

extension Scorer {
  /// What the detector sees in an image that a loader has read.
  ///
  /// - Throws: as ``Scorer/score(resized:name:)``.
  public func score(_ image: LoadedImage) throws -> RawPrediction {
    try score(resized: image.resized, name: image.sample.address)
  }
}

extension Model {
  /// What the model says of an image that a loader has read.
  ///
  /// - Throws: as ``Model/predict(_:name:)``.
  public func predict(_ image: LoadedImage) throws -> Prediction {
    try decide(on: scorer.score(image), of: image)
  }

  /// What the model makes of what was seen in an image.
  public func decide(on raw: RawPrediction, of image: LoadedImage) throws -> Prediction {
    try decide(
      on: raw, imageWidth: image.original.width, imageHeight: image.original.height)
  }
}
