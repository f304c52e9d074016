import Foundation

/// How many false alarms an image come with accepting a region, learned from good images alone.
///
/// A region's evidence is -log10 of its probability of a false alarm under whatever model the test
/// has. Good images tell how often so much evidence turns up without a flaw, whether or not the
/// model is right: its peaks in a good image are false alarms. Where k peaks of n images have at
/// least some evidence, and m of them lie in one image at most, the law says (k + m - 1) / (n + 1).
/// Past the strongest peak seen, a generalized Pareto law goes on, which is fitted to as many peaks
/// as there are images.
///
/// That is an estimate, and no bound. Conformal risk control (Angelopoulos, Bates, Fisch, Lei, Schuster
/// 2024, theorem 1) would bound the mean number of peaks in another image like those n, were m a bound on the peaks of
/// any image; here m is the largest number in the sample, and another image may have more. Where peaks come in clusters, the
/// law says too little with few images: in simulations 2.6 to 3.2 times as many were found as it said at n = 4, 1.7 times at
/// 20, as many at 76. Between two knots it says less than the step function of the formula. And where the
/// probability of a false alarm is itself learned from the same images (``EmpiricalLaw``), images to come are
/// not like those n to it.
///
/// It assumes that images to come are like those it was learned from, and nothing of the pixels
/// inside one image.
public struct FalseAlarmLaw: Sendable, Equatable, Encodable {
  /// A point of the law; between two, log10 of the false alarms is linear in the evidence.
  package struct Knot: Codable, Sendable, Equatable {
    package let evidence: Double
    package let log10FalseAlarms: Double
  }

  /// Good images that the law was learned from.
  public let imageCount: Int
  /// By falling evidence, one for each peak at first, then fewer: leaving out the others changes no
  /// number of false alarms by more than a 32nd.
  package let knots: [Knot]
  /// Of the evidence beyond the first knot; nil where there were too few peaks to tell.
  package let tail: GeneralizedPareto?

  /// Peaks that the tail is fitted to where there are fewer images.
  private static let leastPeakCount = 8
  /// Of the false alarms of two knots, unless they are neighbors in the sample.
  private static let largestRatio = 33.0 / 32

  /// - Parameters:
  ///   - peaks: the evidence of the peaks of each good image, see ``FalseAlarmMap/peaks()``: above 0, in any order;
  ///     at least one image.
  ///   - groups: which of the images are near-equal, by a number for each; empty where none are. A group counts as one image
  ///     with the mean number of peaks.
  public init(peaks: [[Double]], groups: [Int] = []) {
    precondition(!peaks.isEmpty, "a law is learnt from at least one image")
    precondition(groups.isEmpty || groups.count == peaks.count, "a group for each image")
    let groups = groups.isEmpty ? Array(peaks.indices) : groups
    var sizes: [Int: Int] = [:]
    for group in groups { sizes[group, default: 0] += 1 }
    imageCount = sizes.count
    let ranked = peaks.enumerated().flatMap { image, peaks in peaks.map { ($0, groups[image]) } }
      .sorted { $0.0 > $1.0 }
    let falling = ranked.map(\.0)
    let counts = Self.counts(ranked.map(\.1), sizes)
    let log10Images = log10(Double(sizes.count + 1))
    knots = Self.ranks(of: falling, counts).map { rank in
      Knot(evidence: falling[rank - 1], log10FalseAlarms: log10(counts[rank - 1]) - log10Images)
    }
    tail = Self.tail(of: falling, imageCount: sizes.count)
  }

  /// k + m - 1 for each peak, from the groups that the peaks lie in and the numbers of images in these.
  private static func counts(_ groups: [Int], _ sizes: [Int: Int]) -> [Double] {
    var own: [Int: Double] = [:]
    var (count, most) = (0.0, 0.0)
    return groups.map { group in
      let weight = 1 / Double(sizes[group, default: 1])
      count += weight
      own[group, default: 0] += weight
      most = max(most, own[group, default: 0])
      // A group's first peak stands for no less than one of an image.
      return count + max(most, 1) - 1
    }
  }

  /// Where the law has its knots. Equals all count as the last of them.
  private static func ranks(of falling: [Double], _ counts: [Double]) -> [Int] {
    var ranks: [Int] = []
    var candidate: Int?
    for rank in 1..<falling.count + 1
    where rank == falling.count || falling[rank] < falling[rank - 1] {
      // Both laws fall from knot to knot, so they differ by no more than the knots do.
      if let last = ranks.last, let candidate,
        counts[rank - 1] > counts[last - 1] * largestRatio
      {
        ranks.append(candidate)
      }
      if ranks.isEmpty || rank == falling.count { ranks.append(rank) }
      candidate = rank > ranks[ranks.count - 1] ? rank : nil
    }
    return ranks
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
  /// evidence; falls with the evidence, and is finite.
  public func log10FalseAlarms(_ evidence: Double) -> Double {
    if evidence.isNaN { return .nan }
    guard let strongest = knots.first else { return -log10(Double(imageCount) + 1) }
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

extension FalseAlarmLaw: Decodable {
  private enum CodingKeys: CodingKey {
    case imageCount, knots, tail
  }

  /// Throws `DecodingError` where the numbers make no law.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    imageCount = try container.decode(Int.self, forKey: .imageCount)
    knots = try container.decode([Knot].self, forKey: .knots)
    tail = try container.decodeIfPresent(GeneralizedPareto.self, forKey: .tail)
    let isFalling = zip(knots, knots.dropFirst()).allSatisfy {
      $0.evidence > $1.evidence && $0.log10FalseAlarms <= $1.log10FalseAlarms
    }
    let isFinite = knots.allSatisfy { $0.evidence.isFinite && $0.log10FalseAlarms.isFinite }
    guard imageCount > 0, isFalling, isFinite, knots.last.map({ $0.evidence > 0 }) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .knots, in: container,
        debugDescription: "\(knots.count) knots from \(imageCount) images make no law: expected at "
          + "least one image, and false alarms that grow as the evidence falls towards 0; "
          + "learn the law anew")
    }
    // A tail that ends would call some evidence impossible.
    guard tail.map({ !knots.isEmpty && $0.shape >= 0 }) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .tail, in: container,
        debugDescription: "a tail without knots, or of a shape below 0; learn the law anew")
    }
  }
}
