extension Evaluation {
  /// The file in a folder of results that holds ``curves``.
  public static let curvesName = "curves.json"

  /// The curves of `curves.json`; those that are undefined are left out.
  public var curves: [String: EvaluationCurve] {
    ["imageROC": imageROC, "pixelROC": pixelROC].compactMapValues { $0.map(EvaluationCurve.init) }
  }
}
