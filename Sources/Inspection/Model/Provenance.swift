/// Where a model comes from.
public struct Provenance: Codable, Sendable, Hashable {
  /// Name of the data set.
  public var dataset: String
  /// SHA-256 over the names and contents of the training images.
  public var datasetSHA256: String
  /// Images that the detector was fitted on.
  public var fittingImages: Int
  /// Images that were held out for the calibration.
  public var calibrationImages: Int
  /// Groups of near-equal images among the training images, those that stand alone among them; nil in models that were made
  /// before groups were looked for.
  public var groups: Int?
  /// Of all random numbers.
  public var seed: UInt64
  /// Threads of one operation.
  public var threads: Int
  /// Where it was trained: `cpu` or `cuda:0`.
  public var device: String
  /// Version of this package.
  public var blemish: String
  /// Version of libtorch.
  public var libtorch: String
  /// Name of the processor.
  public var processor: String
  /// ISO 8601, UTC.
  public var created: String
  /// Seconds that each stage took, by name.
  public var seconds: [String: Double]
  /// What the detector tells of its fitting, such as the last loss.
  public var metrics: [String: Double]
  /// Metrics of each epoch in turn; nil where the detector does not learn in epochs.
  public var history: [String: [Double]]?
  /// What the calibration rests on where it was renewed; nil where it is the training's own.
  public var calibration: CalibrationSource?
  /// The calibrations that were replaced, the oldest first; nil where none was.
  public var formerCalibrations: [CalibrationSource]?

  /// The good images behind a calibration.
  public struct CalibrationSource: Codable, Sendable, Hashable {
    /// Name of the data set.
    public var dataset: String
    /// SHA-256 over the names and contents of its images; for a calibration of the training, those fitted on among them.
    public var datasetSHA256: String
    /// Images that were judged for it.
    public var images: Int
    /// ISO 8601, UTC.
    public var created: String

    public init(dataset: String, datasetSHA256: String, images: Int, created: String) {
      self.dataset = dataset
      self.datasetSHA256 = datasetSHA256
      self.images = images
      self.created = created
    }
  }

  /// Notes that `source` takes the place of the calibration so far, which is kept in ``formerCalibrations``.
  package mutating func renewCalibration(_ source: CalibrationSource) {
    let former =
      calibration
      ?? CalibrationSource(
        dataset: dataset, datasetSHA256: datasetSHA256, images: calibrationImages, created: created)
    formerCalibrations = (formerCalibrations ?? []) + [former]
    calibration = source
    calibrationImages = source.images
  }

  /// ``metrics`` keeps the key that bundles have had from the first.
  private enum CodingKeys: String, CodingKey {
    case dataset, datasetSHA256, fittingImages, calibrationImages, groups, seed, threads, device
    case blemish, libtorch, processor, created, seconds, history, calibration, formerCalibrations
    case metrics = "figures"
  }

  public init(
    dataset: String, datasetSHA256: String, fittingImages: Int, calibrationImages: Int,
    groups: Int? = nil, seed: UInt64,
    threads: Int, device: String, blemish: String, libtorch: String, processor: String,
    created: String, seconds: [String: Double], metrics: [String: Double],
    history: [String: [Double]]? = nil
  ) {
    self.dataset = dataset
    self.datasetSHA256 = datasetSHA256
    self.fittingImages = fittingImages
    self.calibrationImages = calibrationImages
    self.groups = groups
    self.seed = seed
    self.threads = threads
    self.device = device
    self.blemish = blemish
    self.libtorch = libtorch
    self.processor = processor
    self.created = created
    self.seconds = seconds
    self.metrics = metrics
    self.history = history
  }
}
