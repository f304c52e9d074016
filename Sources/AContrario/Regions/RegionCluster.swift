/// A region of a map that no region in it or around it beats.
public struct RegionCluster: Sendable {
  /// The node of the component tree.
  public let node: Int
  /// log10 of the probability of a false alarm.
  public let log10PFA: Double
  /// The lowest value in the region.
  public let level: Float
  /// The region's pixels, numbered row by row.
  public let pixels: ArraySlice<Int32>

  public var area: Int { pixels.count }
}
