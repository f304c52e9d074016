import Metrics

extension Evaluation {
  /// The curves of `curves.json`; those that are undefined are left out.
  public var curves: [String: EvaluationCurve] {
    let roc = ["imageROC": images.rocCurve(), "pixelROC": pixels.roc]
    let precision = [
      "imagePR": images.precisionRecallCurve(), "pixelPR": pixels.precisionRecall,
    ]
    return roc.compactMapValues { $0.map(EvaluationCurve.init) }
      .merging(precision.compactMapValues { $0.map(EvaluationCurve.init) }) { $1 }
  }
}
