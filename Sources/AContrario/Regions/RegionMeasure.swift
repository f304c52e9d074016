/// How unlikely a region is under normality.
public protocol RegionMeasure: Sendable {
  /// log10 of the probability of a false alarm: that all `area` pixels of a region reach `level`.
  func log10PFA(area: Int, level: Double) -> Double
}
