import Foundation

/// How unlikely a region is where the law of a single pixel was learnt.
///
/// For a region of r pixels that all reach a level, the probability of the level to the power of r,
/// times the number of regions of r pixels that a map of n pixels could hold: n alpha beta^r / r
/// (``NumberOfTests``). Without that number every large region would pass for unlikely, whatever its
/// level. The figure falls as the level rises, and as the region grows at a level that fewer than
/// one pixel in beta reaches. Neighboring pixels are taken as independent, which they are not: the
/// figure is evidence that ``FalseAlarmLaw`` turns into false alarms.
public struct TailMeasure<Law: TailLaw>: RegionMeasure {
  public let law: Law
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
