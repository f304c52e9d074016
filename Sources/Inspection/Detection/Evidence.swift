import Torch

/// What a detector has to say against an image: one statistic map per scale, with the law that it follows where the
/// image is good.
public struct Evidence {
  /// The law of a statistic under normality.
  public enum NullDistribution: Sendable, Equatable {
    /// A sum of squares of `degreesOfFreedom` independent standard normal variables.
    case chiSquare(degreesOfFreedom: Int)
    /// Known only from the images that the decision is calibrated on.
    case empirical
  }

  public struct Scale {
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
