import Foundation

/// How unlikely a region is under normality.
public protocol RegionMeasure: Sendable {
  /// log10 of the probability of a false alarm: that all `area` pixels of a region reach `level`.
  func log10PFA(area: Int, level: Double) -> Double
}

/// Chernoff's bound on the tail of a chi-square law, taken to the power of the area.
///
/// With C degrees of freedom and x = level / C it bounds the probability that one pixel reaches the
/// level by exp(-C/2 (x - 1 - ln x)). This is a bound on the upper tail, where x > 1; below, nothing
/// better than 1 is known. Tailanian et al., "U-Flow: a U-shaped normalizing flow for anomaly
/// detection with unsupervised threshold", JMIV 2024.
public struct ChernoffBound: RegionMeasure {
  package enum Compatibility: Sendable {
    /// 1 where x <= 1.
    case none
    /// The same expression for every x, as the authors' program has it: whole maps are detected for
    /// being too quiet.
    case referenceCode
  }

  /// C, the number of squared normal variables in the sum that is tested.
  public let degrees: Int
  package let compatibility: Compatibility

  /// - Parameter degrees: above 0.
  public init(degrees: Int) { self.init(degrees: degrees, compatibility: .none) }

  package init(degrees: Int, compatibility: Compatibility) {
    precondition(degrees > 0, "a chi-square law of \(degrees) degrees of freedom")
    self.degrees = degrees
    self.compatibility = compatibility
  }

  public func log10PFA(area: Int, level: Double) -> Double {
    // A level of 0 would give -infinity, which no resampling survives.
    let level = max(level, Double(degrees) * .leastNormalMagnitude)
    let mean = Double(degrees)
    if compatibility == .none && level <= mean { return 0 }
    if level == .infinity { return -.infinity }
    return Double(area) * (-mean / 2 * Self.deviance(level, from: mean) * M_LOG10E)
  }

  /// r - 1 - ln r of the ratio r of both numbers: at least 0, and exact where they nearly agree (Loader 2000, "Fast and
  /// accurate computation of binomial probabilities").
  private static func deviance(_ value: Double, from reference: Double) -> Double {
    let difference = (value - reference) / reference
    guard abs(difference) < 0.4 else { return difference - log(value / reference) }
    // With r = d / (2 + d): ln(1 + d) = 2 (r + r^3/3 + r^5/5 + ...) and d - 2 r = r d.
    let r = difference / (2 + difference)
    let square = r * r
    var sum = 0.0
    for odd in stride(from: 27.0, through: 3, by: -2) { sum = sum * square + 1 / odd }
    return r * (difference - 2 * square * sum)
  }
}

/// The law of a statistic under normality, as far as its upper tail goes.
public protocol TailLaw: Sendable {
  /// log10 of the probability that the statistic is at least `x`; 0 at most.
  func log10Survival(_ x: Double) -> Double
}

/// How unlikely a region is where the law of a single pixel was learned.
///
/// For a region of r pixels that all reach a level, the probability of the level to the power of r,
/// times the number of regions of r pixels that a map of n pixels could hold: n alpha beta^r / r
/// (``NumberOfTests``). Without that number every large region would pass for unlikely, whatever its
/// level. The figure falls as the level rises, and as the region grows at a level that fewer than
/// one pixel in beta reaches. Neighboring pixels are taken as independent, which they are not: the
/// figure is evidence that ``FalseAlarmLaw`` turns into false alarms.
public struct TailMeasure<Law: TailLaw>: RegionMeasure {
  /// The law of one pixel.
  public let law: Law
  /// Pixels of the map that the regions lie in.
  public let pixelCount: Int

  /// - Parameter pixelCount: of the map that the regions lie in.
  public init(law: Law, pixelCount: Int) {
    precondition(pixelCount > 0, "a map without pixels")
    self.law = law
    self.pixelCount = pixelCount
  }

  public func log10PFA(area: Int, level: Double) -> Double {
    let count = log10(Double(pixelCount)) + NumberOfTests.log10PolyominoCount(cells: area)
    return min(0, count + Double(area) * law.log10Survival(level))
  }
}
