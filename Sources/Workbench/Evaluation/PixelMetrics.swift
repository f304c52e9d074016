import Metrics

/// How well anomaly maps find defective pixels; each is nil where it is undefined.
package struct PixelMetrics: Sendable {
  package let auroc: Double?
  /// The step sum.
  package let averagePrecision: Double?
  /// The trapezoid area.
  package let areaUnderPrecisionRecall: Double?
  package let f1Max: F1Max?
  /// Up to a false positive rate of 0.3.
  package let aupro: Double?
  /// Up to a false positive rate of 0.05.
  package let aupro05: Double?
  /// Of each image that was added, and over all of them.
  package let aupimo: AUPIMO?
  package let roc: ROCCurve?
  package let precisionRecall: PrecisionRecallCurve?
  /// By how much a metric can be wrong, where pixels were counted in bins; by its id.
  package let errors: [String: Double]

  package init(_ scores: PixelScores) {
    let evaluation = PixelEvaluation(scores)
    auroc = evaluation.auroc
    averagePrecision = evaluation.averagePrecision
    areaUnderPrecisionRecall = evaluation.areaUnderPrecisionRecall
    f1Max = evaluation.f1Max
    aupro = evaluation.aupro(limit: 0.3)
    aupro05 = evaluation.aupro(limit: 0.05)
    aupimo = scores.aupimo()
    roc = evaluation.rocCurve()
    precisionRecall = evaluation.precisionRecallCurve()
    errors = [:]
  }

  package init(_ histogram: PixelHistogram) {
    let (auroc, precision) = (histogram.auroc, histogram.averagePrecision)
    let (aupro, aupro05) = (histogram.aupro(limit: 0.3), histogram.aupro(limit: 0.05))
    let f1Max = histogram.f1Max
    let aupimo = histogram.aupimo()
    self.auroc = auroc?.value
    averagePrecision = precision?.value
    // The trapezoid rule has no bounds that the bins could prove.
    areaUnderPrecisionRecall = nil
    self.f1Max = f1Max?.best
    self.aupro = aupro?.value
    self.aupro05 = aupro05?.value
    self.aupimo = aupimo
    roc = histogram.rocCurve()
    precisionRecall = histogram.precisionRecallCurve()
    let errors: [Metric: Double?] = [
      .pixelAUROC: auroc?.error, .pixelAP: precision?.error, .pixelF1Max: f1Max?.error,
      .aupro: aupro?.error, .aupro05: aupro05?.error, .aupimo: aupimo?.mean.error,
      .aupimoDeviation: aupimo?.deviation?.error,
    ]
    self.errors = Dictionary(
      uniqueKeysWithValues: errors.compactMap { metric, error in error.map { (metric.id, $0) } })
  }
}
