/// Thresholds to try in turn, each to be used as `score > threshold`.
public struct ThresholdSweep: Equatable, Sendable {
  /// Finite, each above the one before; at least one.
  public let thresholds: [Float]

  /// Throws `MetricsError.unorderedThresholds` where the thresholds are not as ``thresholds`` says.
  public init(_ thresholds: [Float]) throws {
    let isOrdered = zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 }
    guard !thresholds.isEmpty, isOrdered, thresholds.allSatisfy({ $0.isFinite }) else {
      throw MetricsError.unorderedThresholds(count: thresholds.count)
    }
    self.thresholds = thresholds
  }

  /// From the highest to the lowest; those that repeat are taken once.
  init(descending thresholds: [Float]) {
    var ascending: [Float] = []
    for threshold in thresholds.reversed() where threshold != ascending.last {
      ascending.append(threshold)
    }
    self.thresholds = ascending
  }

  private init(ascending thresholds: [Float]) { self.thresholds = thresholds }

  /// -400, -399 ... 1000: U-Flow's sweep of -log10 of the number of false alarms. Its 0 is the
  /// threshold at which one false alarm an image is expected.
  public static let negativeLog10NFA = ThresholdSweep(ascending: (-400...1000).map { Float($0) })

  /// 0, 0.001 ... 0.999 for maps in [0, 1].
  public static let unitInterval = ThresholdSweep(
    ascending: (0..<1000).map { Float($0) / 1000 })

  /// The sweep with one more threshold, such as a calibrated one.
  public func including(_ threshold: Float) -> ThresholdSweep {
    precondition(threshold.isFinite, "a threshold must be finite")
    if thresholds.contains(threshold) { return self }
    return ThresholdSweep(ascending: (thresholds + [threshold]).sorted())
  }
}
