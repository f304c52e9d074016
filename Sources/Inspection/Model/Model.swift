import Imaging
import Torch

/// All that a prediction needs: the fitted detector, the preprocessing before it, the decision after it.
///
/// ```swift
/// let model = try ModelBundle.load("bottle.blemish", registry: .all, backbones: backbones)
/// let prediction = try model.predict("bottle.png")
/// print(prediction.isAnomalous, prediction.regions)
/// ```
public struct Model {
  public let detector: any Detector
  public let fitted: any FittedDetector
  public let preprocessing: ImagePreprocessing
  public let calibration: Calibration
  /// What makes an image anomalous.
  public var decision = Decision.standard
  public let backbone: BackboneReference?
  public let provenance: Provenance
  /// Where the detector's tensors are.
  public let device: Device

  public init(
    detector: any Detector, fitted: any FittedDetector, preprocessing: ImagePreprocessing,
    calibration: Calibration, backbone: BackboneReference?, provenance: Provenance,
    device: Device = .cpu
  ) {
    self.detector = detector
    self.fitted = fitted
    self.preprocessing = preprocessing
    self.calibration = calibration
    self.backbone = backbone
    self.provenance = provenance
    self.device = device
  }

  /// Throws ``InspectionError`` where nothing can be decided by the decision's number, or where it
  /// asks for a law that is not known of this detector.
  public func checkDecision() throws {
    try decision.validate()
    guard case .falseAlarms(_, .theoretical) = decision, calibration.isLearntAlone else { return }
    throw Calibration.noTheory
  }

  /// - Throws: an error that names the file where it is no image.
  public func predict(_ path: String) throws -> Prediction {
    let sample = Sample(path: path, name: path, label: .unknown)
    return try predict(ImageLoader(preprocessing).load(sample))
  }

  public func predict(_ image: LoadedImage) throws -> Prediction {
    try decide(on: Self.observe(image, with: fitted, preprocessing, on: device), of: image)
  }

  /// What the model makes of what was seen in an image.
  public func decide(on raw: RawPrediction, of image: LoadedImage) throws -> Prediction {
    try Prediction(
      raw, decision, calibration: calibration, imageWidth: image.original.width,
      imageHeight: image.original.height)
  }

  /// What the detector sees in one image. Images go through one by one, since a sum over a batch may round otherwise: so
  /// an image has the same score whatever it comes with.
  ///
  /// - Throws: ``InspectionError`` where it is not finite.
  public static func observe(
    _ image: LoadedImage, with fitted: any FittedDetector, _ preprocessing: ImagePreprocessing,
    on device: Device
  ) throws -> RawPrediction {
    let raw = try inferenceMode {
      let evidence = fitted.evidence(try preprocessing.normalize(image.resized).to(device))
      let (height, width) = (preprocessing.height, preprocessing.width)
      let maps = fitted.anomalyMaps(evidence, height: height, width: width)
      let score = fitted.scores(maps: maps, evidence: evidence).item()
      let values = maps.to(.float32).array(of: Float.self)
      return RawPrediction(
        map: AnomalyMap(width: width, height: height, values: values), score: Float(score),
        scales: evidence.observed())
    }
    guard raw.isFinite else {
      throw InspectionError(
        image.sample.address, found: "the model's answer is not a number",
        remedy: "train the model anew with a lower learning rate")
    }
    return raw
  }
}
