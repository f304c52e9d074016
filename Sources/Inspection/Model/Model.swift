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
  /// The method and its settings.
  public let detector: any Detector
  /// The fitted detector with the preprocessing before it.
  public let scorer: Scorer
  /// How often good images raise an alarm.
  public let calibration: Calibration
  /// When an image is anomalous; may be changed at any time, nothing has to be learnt anew.
  public var decision = Decision.standard
  /// Which number of an image its score is.
  public var scoreKind = ScoreKind.common
  /// The weights that features come from; nil where the detector works on the images themselves.
  public let backbone: BackboneReference?
  /// Where the model comes from.
  public let provenance: Provenance

  /// What has learnt.
  public var fitted: any FittedDetector { scorer.fitted }
  /// What is done to images before.
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

  /// Checks ``decision`` before any image is judged.
  ///
  /// - Throws: ``InspectionError`` where its number is none to decide by, or where it asks for a theoretical law and none is
  ///   known of the detector's evidence, or of evidence that was learnt from so few images.
  public func checkDecision() throws {
    try decision.validate()
    guard case .falseAlarms(_, let null, let confidence, _) = decision else { return }
    guard confidence == nil || calibration.scoreLaw != nil else {
      throw InspectionError(
        "the decision",
        found: "a confidence, and a model of version 0.1, which has no law of images",
        remedy: "renew its calibration with `blemish calibrate MODEL --good DIR`, or train it anew",
        isUsage: true)
    }
    guard null != .calibrated else { return }
    try TheoreticalTail.check(scorer.nullDistributions())
    guard null == .theoretical || calibration.regions.widths != nil else {
      throw InspectionError(
        "the corrected null distribution", found: "a model of version 0.1, which does not have it",
        remedy: "train the model anew, or use --null theoretical", isUsage: true)
    }
  }

  /// What the model says of an image file, turned as its EXIF tag says, as viewers show it.
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

  /// What the model decides on what was seen in an image of that size in pixels.
  ///
  /// - Throws: ``InspectionError`` where nothing can be decided, see ``checkDecision()``.
  public func decide(on raw: RawPrediction, imageWidth: Int, imageHeight: Int) throws -> Prediction
  {
    try Prediction(
      raw, decision, calibration: calibration, scoreKind: scoreKind, imageWidth: imageWidth,
      imageHeight: imageHeight)
  }
}
