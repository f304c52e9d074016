/// Chernoff's bound on the tail of a chi-square law, taken to the power of the area.
///
/// With C degrees of freedom and x = level / C it bounds the probability that one pixel reaches the
/// level by exp(-C/2 (x - 1 - ln x)). This is a bound on the upper tail, where x > 1; below, nothing
/// better than 1 is known. Tailanian et al., "U-Flow: a U-shaped normalizing flow for anomaly
/// detection with unsupervised threshold", JMIV 2024.
public struct ChernoffBound: RegionMeasure {
  public enum Compatibility: Sendable {
    /// 1 where x <= 1.
    case none
    /// The same expression for every x, as the authors' program has it: whole maps are detected for
    /// being too quiet.
    case referenceCode
  }

  /// C, the number of squared normal variables in the sum that is tested.
  public let degrees: Int
  public let compatibility: Compatibility

  public init(degrees: Int, compatibility: Compatibility = .none) {
    precondition(degrees > 0, "a chi-square law of \(degrees) degrees of freedom")
    self.degrees = degrees
    self.compatibility = compatibility
  }

  public func log10PFA(area: Int, level: Double) -> Double {
    // A level of 0 would give -infinity, which no resampling survives.
    let level = max(level, Double(degrees) * .leastNormalMagnitude)
    return Double(area)
      * ChiSquareLaw(degreesOfFreedom: degrees)
      .log10ChernoffBound(level, guarded: compatibility == .none)
  }
}
