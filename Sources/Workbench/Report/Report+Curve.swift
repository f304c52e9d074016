import Metrics

extension Report {
  /// A ROC curve under the name that the plot shows; nil where a class is missing.
  public struct Curve: Sendable {
    public var name: String
    public var roc: ROCCurve?

    public init(_ name: String, _ roc: ROCCurve?) {
      self.name = name
      self.roc = roc
    }
  }
}
