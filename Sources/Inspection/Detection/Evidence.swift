import Torch

/// What speaks against an image: for each scale a map of a statistic, and the law that it follows where the image is good.
public struct Evidence: Sendable {
  /// The law of a statistic in good images.
  public enum NullDistribution: Sendable, Equatable {
    /// A sum of squares of `degreesOfFreedom` independent standard normal variables.
    case chiSquare(degreesOfFreedom: Int)
    /// The squared Mahalanobis distance of a new sample from a normal law whose mean and covariance were estimated from
    /// `samples` independent ones: Hotelling's law, a scaled F (`HotellingTail`). It takes more samples than dimensions. With
    /// fewer, no theory knows the distance: then it only says what is odder than what.
    case hotelling(dimensions: Int, samples: Int)
    /// Known only from the images that the decision is calibrated on.
    case empirical
  }

  /// The map of one scale, with its law.
  public struct Scale: Sendable {
    /// `[N, h, w]`; higher is less normal.
    public let statistic: Tensor
    /// The law of each value where the image is good.
    public let null: NullDistribution
    /// What people call it, such as `stride 8`.
    public let name: String

    public init(statistic: Tensor, null: NullDistribution, name: String) {
      self.statistic = statistic
      self.null = null
      self.name = name
    }
  }

  /// Finest first, at least one.
  public let scales: [Scale]

  public init(scales: [Scale]) { self.scales = scales }
}

/// What a fitted detector says of a batch of images.
public struct ScoredBatch: Sendable {
  /// What the decision rests on.
  public let evidence: Evidence
  /// Anomaly maps `[N, H, W]` of the size of the images; higher is more anomalous.
  public let maps: Tensor
  /// `[N]`, one for each image; higher is more anomalous.
  public let scores: Tensor

  /// - Parameter scores: the maximum of each map where none are given.
  public init(evidence: Evidence, maps: Tensor, scores: Tensor? = nil) {
    self.evidence = evidence
    self.maps = maps
    self.scores = scores ?? maps.max(1, 2)
  }
}

extension ScoredBatch {
  /// What is said of one image of the batch.
  package subscript(image: Int) -> ScoredBatch {
    let range = image..<image + 1
    return ScoredBatch(
      evidence: Evidence(
        scales: evidence.scales.map {
          Evidence.Scale(statistic: $0.statistic[range], null: $0.null, name: $0.name)
        }), maps: maps[range], scores: scores[range])
  }
}
