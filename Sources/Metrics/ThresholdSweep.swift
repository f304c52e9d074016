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

  private init(ascending thresholds: [Float]) { self.thresholds = thresholds }

  /// -400, -399 ... 1000: U-Flow's sweep of -log10 of the number of false alarms. Its 0 is the
  /// threshold at which one false alarm an image is expected.
  public static let negativeLog10NFA = ThresholdSweep(ascending: (-400...1000).map { Float($0) })
}

/// Counts the thresholds below a score faster than a search among all of them.
///
/// The range of the thresholds is cut into cells of equal width; the search is among those of one
/// cell.
struct ThresholdLookup {
  private let thresholds: [Float]
  /// How many thresholds lie in lower cells, for each cell and for one past the last.
  private let starts: [Int32]
  private let lowest: Double
  private let scale: Double

  init(_ sweep: ThresholdSweep) {
    thresholds = sweep.thresholds
    let cells = 4 * thresholds.count
    lowest = Double(thresholds[0])
    let width = Double(thresholds[thresholds.count - 1]) - lowest
    scale = width > 0 ? Double(cells - 1) / width : 0
    var starts = [Int32](repeating: 0, count: cells + 1)
    for threshold in thresholds {
      starts[Self.cell(threshold, lowest, scale, cells) + 1] += 1
    }
    for cell in 1...cells { starts[cell] += starts[cell - 1] }
    self.starts = starts
  }

  /// Never falls as the score rises, so lower cells hold lower thresholds, however sums are
  /// rounded.
  @inline(__always)
  private static func cell(
    _ score: Float, _ lowest: Double, _ scale: Double, _ cells: Int
  ) -> Int {
    Int(min(max((Double(score) - lowest) * scale, 0), Double(cells - 1)))
  }

  /// How many of the thresholds are below `score`: those at which it alarms.
  @inline(__always)
  func count(below score: Float) -> Int {
    let cell = Self.cell(score, lowest, scale, starts.count - 1)
    var (first, end) = (Int(starts[cell]), Int(starts[cell + 1]))
    while first < end {
      let middle = (first + end) / 2
      if thresholds[middle] < score { first = middle + 1 } else { end = middle }
    }
    return first
  }
}
