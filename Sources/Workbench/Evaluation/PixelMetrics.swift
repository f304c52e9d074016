import Metrics

/// How well anomaly maps find defective pixels; each is nil where it is undefined.
public struct PixelMetrics: Sendable {
  public let auroc: Double?
  /// The step sum.
  public let averagePrecision: Double?
  /// The trapezoid area.
  public let areaUnderPrecisionRecall: Double?
  public let f1Max: F1Max?
  /// Up to a false positive rate of 0.3.
  public let aupro: Double?
  /// Up to a false positive rate of 0.05.
  public let aupro05: Double?
  public let roc: ROCCurve?
  public let precisionRecall: PrecisionRecallCurve?
  /// By how much a metric can be wrong, where pixels were counted in bins; by its id.
  public let errors: [String: Double]

  public init(_ evaluation: PixelEvaluation) {
    auroc = evaluation.auroc
    averagePrecision = evaluation.averagePrecision
    areaUnderPrecisionRecall = evaluation.areaUnderPrecisionRecall
    f1Max = evaluation.f1Max
    aupro = evaluation.aupro(limit: 0.3)
    aupro05 = evaluation.aupro(limit: 0.05)
    roc = evaluation.rocCurve()
    precisionRecall = evaluation.precisionRecallCurve()
    errors = [:]
  }

  public init(_ histogram: PixelHistogram) {
    let (auroc, precision) = (histogram.auroc, histogram.averagePrecision)
    let (aupro, aupro05) = (histogram.aupro(limit: 0.3), histogram.aupro(limit: 0.05))
    let f1Max = histogram.f1Max
    self.auroc = auroc?.value
    averagePrecision = precision?.value
    // The trapezoid rule has no bounds that the bins could prove.
    areaUnderPrecisionRecall = nil
    self.f1Max = f1Max?.best
    self.aupro = aupro?.value
    self.aupro05 = aupro05?.value
    roc = histogram.rocCurve()
    precisionRecall = histogram.precisionRecallCurve()
    let errors: [Metric: Double?] = [
      .pixelAUROC: auroc?.error, .pixelAP: precision?.error, .pixelF1Max: f1Max?.error,
      .aupro: aupro?.error, .aupro05: aupro05?.error,
    ]
    self.errors = Dictionary(
      uniqueKeysWithValues: errors.compactMap { metric, error in error.map { (metric.id, $0) } })
  }
}
