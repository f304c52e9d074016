/// What may influence a benchmark's models.
public enum BenchmarkProtocol: String, Codable, Sendable, CaseIterable {
  /// Good training images alone: the last epoch, a decision calibrated on held-out good images.
  case strict
  /// As the authors did: the test images choose the epoch.
  case paper

  /// In so many words.
  public var meaning: String {
    switch self {
    case .strict:
      "last epoch, decision calibrated on held-out good images; no test image influences anything"
    case .paper:
      "selected on test data, as the authors did: the epoch with the best test pixel AUROC, image AUROC"
        + " where there are no masks; the decision is calibrated on held-out good images; these figures flatter the method"
    }
  }
}
