import Metrics

/// How one kind of defect is found: its images against all good ones.
public struct DefectFigures: Sendable {
  public let kind: String
  public let images: Int
  public let detectionRate: Double
  public let imageAUROC: Double?
  /// Nil where its images have no masks, or pixels were counted in bins.
  public let pixelAUROC: Double?
  public let aupro: Double?
  /// Mean intersection over union of its images, by the model's decision; nil where they have no masks.
  public let meanIoU: Double?
}
