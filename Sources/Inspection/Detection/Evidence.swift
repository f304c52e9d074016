import Torch

/// What a detector has to say against an image: one statistic map per scale, with the law that it follows where the
/// image is good.
public struct Evidence: Sendable {
  /// The law of a statistic under normality.
  public enum NullDistribution: Sendable, Equatable {
    /// A sum of squares of `degreesOfFreedom` independent standard normal variables.
    case chiSquare(degreesOfFreedom: Int)
    /// Known only from the images that the decision is calibrated on.
    case empirical
  }

  public struct Scale: Sendable {
    /// `[N, h, w]`, higher against normality.
    public let statistic: Tensor
    public let null: NullDistribution
    /// What people call it, such as `stride 8`.
    public let name: String

    public init(statistic: Tensor, null: NullDistribution, name: String) {
      self.statistic = statistic
      self.null = null
      self.name = name
    }
  }

  /// Finest first.
  public let scales: [Scale]

  public init(scales: [Scale]) { self.scales = scales }
}

/// What a fitted detector says of a batch of images.
public struct ScoredBatch: Sendable {
  public let evidence: Evidence
  /// `[N, H, W]`, the size of the images: higher is more anomalous.
  public let maps: Tensor
  /// `[N]`, one an image: higher is more anomalous.
  public let scores: Tensor

  /// - Parameter scores: the maximum of each map where none are given.
  public init(evidence: Evidence, maps: Tensor, scores: Tensor? = nil) {
    self.evidence = evidence
    self.maps = maps
    self.scores = scores ?? maps.max(1, 2)
  }
}
