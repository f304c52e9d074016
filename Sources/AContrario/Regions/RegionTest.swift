/// The a contrario test of regions of any shape (Tailanian et al., "U-Flow: a U-shaped normalizing
/// flow for anomaly detection with unsupervised threshold", JMIV 2024).
///
/// At each scale the candidates are the nodes of the component tree, and those that explain the
/// statistic best get their probability of a false alarm; every other pixel gets 1.
public struct RegionTest: Sendable {
  /// How a scale's map is brought to the size of the result.
  public enum Resampling: Sendable {
    /// ``Plane/resizedBilinear(width:height:)``, as in the paper.
    case bilinear
    /// ``Plane/resizedByMajority(width:height:)``: clusters keep their probabilities.
    case majority
  }

  package let connectivity: ComponentTree.Connectivity
  package let resampling: Resampling

  public init(
    connectivity: ComponentTree.Connectivity = .four, resampling: Resampling = .bilinear
  ) {
    self.connectivity = connectivity
    self.resampling = resampling
  }

  /// Tests one image: at each pixel of `width` x `height`, log10 of the least probability over the
  /// scales times the number of tests.
  ///
  /// - Parameters:
  ///   - scales: the statistic at each scale; 1 to 256 of them.
  ///   - log10Tests: log10 of the number of tests, see ``NumberOfTests``; 0 gives probabilities, which
  ///     a ``FalseAlarmLaw`` turns into false alarms.
  /// - Throws: ``AContrarioError`` if a statistic is not finite or not of the size it claims.
  public func falseAlarms<Measure>(
    scales: [RegionStatistic<Measure>], width: Int, height: Int, log10Tests: Double
  ) throws -> FalseAlarmMap {
    precondition(1...256 ~= scales.count, "1 to 256 scales are tested")
    var least = try resampled(scales[0], width: width, height: height)
    var loudest = [UInt8](repeating: 0, count: least.values.count)
    for (index, scale) in scales.enumerated().dropFirst() {
      let map = try resampled(scale, width: width, height: height)
      for pixel in least.values.indices where map.values[pixel] < least.values[pixel] {
        least.values[pixel] = map.values[pixel]
        loudest[pixel] = UInt8(index)
      }
    }
    for pixel in least.values.indices { least.values[pixel] += log10Tests }
    return FalseAlarmMap(log10FalseAlarms: least, scales: loudest)
  }

  private func resampled<Measure>(
    _ statistic: RegionStatistic<Measure>, width: Int, height: Int
  ) throws -> Plane {
    let map = try log10PFA(of: statistic)
    return switch resampling {
    case .bilinear: map.resizedBilinear(width: width, height: height)
    case .majority: map.resizedByMajority(width: width, height: height)
    }
  }

  /// log10 of the probability of a false alarm at each pixel of a scale: its cluster's, or 0.
  ///
  /// Throws ``AContrarioError`` if the statistic is not finite or not of the size it claims.
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

/// The statistic of one image at one scale, with what is known of it under normality.
public struct RegionStatistic<Measure: RegionMeasure>: Sendable {
  public let width: Int
  public let height: Int
  /// `height * width` values, row by row; higher is less normal.
  public let values: [Float]
  /// How unlikely a region of these values is under normality.
  public let measure: Measure

  public init(width: Int, height: Int, values: [Float], measure: Measure) {
    self.width = width
    self.height = height
    self.values = values
    self.measure = measure
  }
}
