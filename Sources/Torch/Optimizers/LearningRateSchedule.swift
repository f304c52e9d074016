#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The learning rate (and Adam's beta1, where it moves too) over the steps of a training.
public enum LearningRateSchedule: String, Codable, Sendable, CaseIterable {
  case constant
  /// From the full rate down to 0.4 of it in even steps, as PyTorch's `LinearLR(end_factor=0.4)`.
  case linear
  /// As `linear`, but a step an epoch toward an end after 25,000: what U-Flow's released code comes to, nearly constant.
  case reference
  /// One cycle (Smith and Topin 2018) as PyTorch's `OneCycleLR`: cosine from 1/25 of the peak up over 30 % of the steps,
  /// then down to 1/250,000; beta1 falls from 0.95 to 0.85 and rises again.
  case oneCycle

  /// Learning rate and beta1 of step `step` of `total`, of which `epoch` epochs are done, for a full (or peak) rate of
  /// `rate`.
  public func settings(step: Int, of total: Int, epoch: Int, rate: Double) -> (
    rate: Double, beta1: Double
  ) {
    switch self {
    case .constant: return (rate, 0.9)
    case .linear: return (Self.falling(rate, step, of: total), 0.9)
    case .reference: return (Self.falling(rate, epoch, of: 25_000), 0.9)
    case .oneCycle:
      let rise = 0.3 * Double(total) - 1
      let position = Double(step)
      let start = rate / 25
      if position <= rise {
        let progress = rise > 0 ? position / rise : 1
        return (Self.cosine(start, rate, progress), Self.cosine(0.95, 0.85, progress))
      }
      let progress = (position - rise) / max(Double(total - 1) - rise, 1e-9)
      return (Self.cosine(rate, start / 1e4, progress), Self.cosine(0.85, 0.95, progress))
    }
  }

  private static func falling(_ rate: Double, _ step: Int, of total: Int) -> Double {
    rate * (1 - 0.6 * min(Double(step) / Double(max(total, 1)), 1))
  }

  private static func cosine(_ from: Double, _ to: Double, _ progress: Double) -> Double {
    to + (from - to) / 2 * (1 + cos(.pi * min(progress, 1)))
  }
}
