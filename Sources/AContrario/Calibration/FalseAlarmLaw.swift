import Foundation

/// How many false alarms an image come with accepting a region, learnt from good images alone.
///
/// A region's evidence is -log10 of its probability of a false alarm under whatever model the test
/// has. Good images tell how often so much evidence turns up without a flaw, whether or not the
/// model is right: its peaks in a good image are false alarms. With n images, k of whose peaks have
/// at least some evidence, another image like them has k / (n + 1) such peaks on average, or fewer:
/// the rank of a new image among n + 1 alike is uniform. Past the strongest peak seen, a generalized
/// Pareto law goes on, which is fitted to as many peaks as there are images.
///
/// It assumes that images to come are like those it was learnt from, and nothing of the pixels
/// inside one image.
public struct FalseAlarmLaw: Codable, Sendable, Equatable {
  /// A point of the law; between two, log10 of the false alarms is linear in the evidence.
  public struct Knot: Codable, Sendable, Equatable {
    public let evidence: Double
    public let log10FalseAlarms: Double
  }

  public let imageCount: Int
  /// By falling evidence.
  public let knots: [Knot]
  /// Of the evidence beyond the first knot; nil where there were too few peaks to tell.
  public let tail: GeneralizedPareto?

  /// Peaks that the tail is fitted to where there are fewer images.
  private static let leastPeakCount = 8
  /// Ranks beyond it are thinned to 32 for each doubling.
  private static let denseRankCount = 64

  /// - Parameter peaks: the evidence of the peaks of each good image, above 0, in any order.
  public init(peaks: [[Double]]) {
    precondition(!peaks.isEmpty, "a law is learnt from at least one image")
    imageCount = peaks.count
    let falling = peaks.joined().sorted(by: >)
    let log10Images = log10(Double(peaks.count + 1))
    var knots: [Knot] = []
    for rank in Self.ranks(upTo: falling.count) {
      // Equals all count as the last of them.
      if rank < falling.count, falling[rank] == falling[rank - 1] { continue }
      knots.append(
        Knot(evidence: falling[rank - 1], log10FalseAlarms: log10(Double(rank)) - log10Images))
    }
    self.knots = knots
    tail = Self.tail(of: falling, imageCount: peaks.count)
  }

  private static func ranks(upTo count: Int) -> [Int] {
    var ranks = Array(1...max(min(count, denseRankCount), 1)).prefix(count)
    while let last = ranks.last, last < count { ranks.append(min(last + last / 32, count)) }
    return Array(ranks)
  }

  /// The excess over the strongest peak, given that of the others over a lower threshold: a
  /// generalized Pareto law keeps its shape there, and its scale grows by the shape times the way.
  private static func tail(of falling: [Double], imageCount: Int) -> GeneralizedPareto? {
    let count = min(max(imageCount, leastPeakCount), falling.count - 1)
    guard count > 0 else { return nil }
    let threshold = falling[count]
    let excesses = falling.prefix(count).reversed().map { $0 - threshold }.filter { $0 > 0 }
    guard let largest = excesses.last else { return nil }
    let law = GeneralizedPareto(ascending: excesses, shapes: 0...1)
    return GeneralizedPareto(scale: law.scale + law.shape * largest, shape: law.shape)
  }

  /// log10 of the false alarms an image that come with accepting all regions of at least that much
  /// evidence; falls with the evidence.
  public func log10FalseAlarms(_ evidence: Double) -> Double {
    guard let strongest = knots.first else { return -log10(Double(imageCount + 1)) }
    if evidence >= strongest.evidence {
      return strongest.log10FalseAlarms
        + (tail?.log10Survival(evidence - strongest.evidence) ?? 0)
    }
    // The knots ahead of `low` have more evidence than is asked for.
    var (low, high) = (0, knots.count)
    while low < high {
      let middle = (low + high) / 2
      if knots[middle].evidence > evidence { low = middle + 1 } else { high = middle }
    }
    guard low < knots.count else { return knots[knots.count - 1].log10FalseAlarms }
    let (upper, lower) = (knots[low - 1], knots[low])
    let share = (evidence - lower.evidence) / (upper.evidence - lower.evidence)
    return lower.log10FalseAlarms
      + share * (upper.log10FalseAlarms - lower.log10FalseAlarms)
  }
}
