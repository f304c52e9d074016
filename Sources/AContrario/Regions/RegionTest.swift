/// The a contrario test of regions of any shape (Tailanian et al., "U-Flow: a U-shaped normalizing
/// flow for anomaly detection with unsupervised threshold", JMIV 2024).
///
/// At each scale the candidates are the nodes of the component tree, and those that explain the
/// statistic best get their probability of a false alarm; every other pixel gets 1.
public struct RegionTest: Sendable {
  /// How a scale's map comes to the size of the result.
  public enum Resampling: Sendable {
    case bilinear
    case nearest
    /// ``Plane/resizedByMajority(width:height:)``: clusters keep their probabilities.
    case majority
  }

  public let connectivity: ComponentTree.Connectivity
  public let resampling: Resampling

  public init(
    connectivity: ComponentTree.Connectivity = .four, resampling: Resampling = .bilinear
  ) {
    self.connectivity = connectivity
    self.resampling = resampling
  }

  /// Tests one image: at each pixel of `width` x `height` the least probability over the scales times
  /// the number of tests, whose log10 ``NumberOfTests`` gives.
  ///
  /// Throws ``AContrarioError`` if a statistic is not finite or not of the size it claims.
  public func falseAlarms<Measure>(
    scales: [RegionStatistic<Measure>], width: Int, height: Int, log10Tests: Double
  ) throws -> FalseAlarmMap {
    precondition(!scales.isEmpty, "at least one scale is tested")
    let maps = try scales.map { scale in
      let map = try log10PFA(of: scale)
      return switch resampling {
      case .bilinear: map.resizedBilinear(width: width, height: height)
      case .nearest: map.resizedNearest(width: width, height: height)
      case .majority: map.resizedByMajority(width: width, height: height)
      }
    }
    var least = maps[0]
    for map in maps.dropFirst() {
      for index in least.values.indices where map.values[index] < least.values[index] {
        least.values[index] = map.values[index]
      }
    }
    for index in least.values.indices { least.values[index] += log10Tests }
    return FalseAlarmMap(log10FalseAlarms: least, scales: maps)
  }

  /// log10 of the probability of a false alarm at each pixel of a scale: its cluster's, or 0.
  public func log10PFA<Measure>(of statistic: RegionStatistic<Measure>) throws -> Plane {
    let tree = try ComponentTree(
      values: statistic.values, width: statistic.width, height: statistic.height,
      connectivity: connectivity)
    var values = [Double](repeating: 0, count: statistic.values.count)
    for cluster in tree.clusters(under: statistic.measure) {
      for pixel in cluster.pixels { values[Int(pixel)] = cluster.log10PFA }
    }
    return Plane(width: statistic.width, height: statistic.height, values: values)
  }
}
