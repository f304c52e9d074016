import Imaging
import Torch

/// All that a prediction needs: the fitted detector, the preprocessing before it, the decision after it.
///
/// ```swift
/// let model = try ModelBundle.load("bottle.blemish", registry: .all, backbones: backbones)
/// let prediction = try model.predict("bottle.png")
/// print(prediction.isAnomalous, prediction.regions)
/// ```
///
/// Any number of threads may share a model.
public struct Model: Sendable {
  public let detector: any Detector
  public let scorer: Scorer
  public let calibration: Calibration
  /// What makes an image anomalous.
  public var decision = Decision.standard
  public let backbone: BackboneReference?
  public let provenance: Provenance

  public var fitted: any FittedDetector { scorer.fitted }
  public var preprocessing: ImagePreprocessing { scorer.preprocessing }
  /// Where the detector's tensors are.
  public var device: Device { scorer.device }

  public init(
    detector: any Detector, scorer: Scorer, calibration: Calibration,
    backbone: BackboneReference?, provenance: Provenance
  ) {
    self.detector = detector
    self.scorer = scorer
    self.calibration = calibration
    self.backbone = backbone
    self.provenance = provenance
  }

  /// Throws ``InspectionError`` where nothing can be decided by the decision's number, or where it
  /// asks for a law that is not known of this detector.
  public func checkDecision() throws {
    try decision.validate()
    guard case .falseAlarms(_, .theoretical) = decision, calibration.isLearntAlone else { return }
    throw Calibration.noTheory
  }

  /// What the model says of an image file as every viewer shows it, turned as its EXIF tag says.
  ///
  /// - Throws: an error that names the file where it is no image, as ``predict(_:name:)`` otherwise.
  public func predict(_ path: String) throws -> Prediction {
    try predict(Image(contentsOf: path, orienting: true), name: path)
  }

  /// What the model says of an image in memory.
  ///
  /// - Parameter name: what errors call the image.
  /// - Throws: ``InspectionError`` where the image is too small, where the answer is not a number, or where nothing can be
  ///   decided, see ``checkDecision()``.
  public func predict(_ image: Image, name: String = "the image") throws -> Prediction {
    try decide(
      on: scorer.score(image, name: name), imageWidth: image.width, imageHeight: image.height)
  }

  /// What the model makes of what was seen in an image of that size in pixels.
  public func decide(on raw: RawPrediction, imageWidth: Int, imageHeight: Int) throws -> Prediction
  {
    try Prediction(
      raw, decision, calibration: calibration, imageWidth: imageWidth, imageHeight: imageHeight)
  }
}
