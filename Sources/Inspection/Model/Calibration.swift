import Metrics

/// The decision, learnt from good images that the detector was not fitted on.
public struct Calibration: Codable, Sendable, Hashable {
  /// A pixel whose value is above it is anomalous; so is an image whose score is.
  public let threshold: Float
  /// Pixels of a good image that are expected above the threshold.
  public let falseAlarmsPerImage: Double
  /// Good images that the threshold rests on.
  public let imageCount: Int
  /// Whether a person gave the threshold.
  public let isManual: Bool

  /// The threshold at which good pixels alarm `falseAlarmsPerImage` times per image on average (U-Flow section 4.3, the
  /// "fair" threshold).
  public init(maps: [AnomalyMap], falseAlarmsPerImage: Double = 1) throws {
    var fair = FairThreshold(
      maximumImageCount: maps.count, falseAlarmsPerImage: falseAlarmsPerImage)
    for map in maps { try fair.add(map: map.values) }
    guard let value = fair.value else {
      throw InspectionError(
        "calibration", found: "no images", remedy: "hold out at least \(HoldOut.minimum)")
    }
    self.init(
      threshold: value, falseAlarmsPerImage: falseAlarmsPerImage, imageCount: maps.count,
      isManual: false)
  }

  private init(
    threshold: Float, falseAlarmsPerImage: Double, imageCount: Int, isManual: Bool
  ) {
    self.threshold = threshold
    self.falseAlarmsPerImage = falseAlarmsPerImage
    self.imageCount = imageCount
    self.isManual = isManual
  }

  /// The same calibration with a threshold that a person gives.
  public func replacing(threshold: Float) -> Calibration {
    Calibration(
      threshold: threshold, falseAlarmsPerImage: falseAlarmsPerImage, imageCount: imageCount,
      isManual: true)
  }
}
