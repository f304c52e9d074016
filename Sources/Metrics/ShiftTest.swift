import Foundation

/// Whether images score unlike the good ones that a decision was calibrated on: a test that may be looked at after every
/// image, and stays right however often.
///
/// It counts the scores above the median of the reference, and those below. A flaw, however glaring, counts as one above, so
/// that a few say little. What moves most of the images, such as a lamp or a new batch of material, moves the count.
///
/// *The urn.* The median of n scores is itself a guess. If an image is drawn as the reference was, its score falls into each of
/// the n + 1 gaps between those before it alike, and then makes two of its gap. So the counts follow Pólya's urn: with `a`
/// gaps of the reference above its median, and h of t images found there, the next one is above with probability
/// (a + h) / (n + 1 + t). That is exact for any continuous law of the scores, and for a reference of any size. One half in its place
/// would sooner or later call every reference with an unlucky median a shift. (The count: Mathisen 1943, "A method of testing
/// the hypothesis that two samples are from the same population". Bets on ranks among all scores so far, of which the urn is
/// a coarse view: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2nd ed. 2022, chapter 8.)
///
/// *The bet.* Against the urn, a bet is made that a fixed share of the images lies above: any share from one half to all of
/// them alike. Another is that it lies below. What the two have come to on average, ``wealth``, starts at 1, is expected to stay
/// there while the images are like the reference, and ever reaches 20 with a probability of 1 / 20 at most (Ville's inequality).
/// So 1 / ``wealth`` is a p-value at any time. It goes by the counts, not by the order: images sorted by folder are judged
/// like the same ones mixed. The largest wealth so far would be a p-value, too, but not that.
///
/// *Flawed images.* Where `flawedShare` is above 0, each image may be flawed with that probability or a smaller one, and score
/// anything, though no less than good ones do. The bet above is then made against the worst of these cases, in which as many as may
/// be are flawed and all of them lie above. Under each other case, the probability of an image above is smaller after whatever
/// came before (the laws of the share above are ordered by likelihood ratio), so that the bet is fair or worse. The bet
/// below takes none as flawed.
///
/// Simulated with normal scores (`Scripts/fixtures/shift.py --coverage`, 3000 runs of 400 images, looked at after each, level
/// 0.05): the share of false warnings, without and with 10 % flawed images; then after how many images half of the runs warn,
/// with the share of those that do, where scores are moved by one or two standard deviations:
///
/// | n | `flawedShare` | false | some flawed | all 1 higher | all 1 lower | all 2 higher | half 1 higher |
/// |---|---|---|---|---|---|---|---|
/// | 4 | 0 | 0.010 | - | - (0.15) | - (0.15) | 34 (0.73) | - (0.02) |
/// | 10 | 0 | 0.017 | - | - (0.47) | - (0.47) | 11 (0.99) | - (0.06) |
/// | 28 | 0 | 0.019 | - | 23 (0.91) | 23 (0.91) | 9 (1.00) | - (0.21) |
/// | 56 | 0 | 0.031 | - | 17 (1.00) | 17 (1.00) | 8 (1.00) | - (0.43) |
/// | 100 | 0 | 0.028 | - | 16 (1.00) | 16 (1.00) | 8 (1.00) | 150 (0.66) |
/// | 400 | 0 | 0.032 | - | 16 (1.00) | 16 (1.00) | 8 (1.00) | 78 (0.98) |
/// | 4 | 0.1 | 0.009 | 0.005 | - (0.12) | - (0.15) | 38 (0.69) | - (0.01) |
/// | 10 | 0.1 | 0.013 | 0.012 | - (0.40) | - (0.47) | 13 (0.98) | - (0.04) |
/// | 28 | 0.1 | 0.017 | 0.016 | 36 (0.84) | 23 (0.92) | 10 (1.00) | - (0.12) |
/// | 56 | 0.1 | 0.016 | 0.012 | 28 (0.99) | 17 (1.00) | 10 (1.00) | - (0.23) |
/// | 100 | 0.1 | 0.022 | 0.017 | 23 (1.00) | 16 (1.00) | 9 (1.00) | - (0.39) |
/// | 400 | 0.1 | 0.019 | 0.023 | 22 (1.00) | 16 (1.00) | 9 (1.00) | 185 (0.77) |
///
/// What a reference of few images cannot tell, no number of new ones can.
package struct ShiftTest: Sendable {
  package enum Direction: String, Sendable, Codable { case higher, lower }

  /// Scores of the reference.
  package let referenceCount: Int
  /// The probability of an image to be flawed that no shift is made of.
  package let flawedShare: Double
  /// Images added.
  package private(set) var count = 0
  /// Those above the median of the reference, the upper of the two where their number is even.
  package private(set) var above = 0
  /// Those below the median, the lower of the two.
  package private(set) var below = 0
  private let upper: Rank
  private let lower: Rank

  /// A score, and what it is told apart by from equal ones, as if it had one more digit.
  private struct Rank: Comparable {
    let score: Float
    let tie: UInt64

    static func < (a: Self, b: Self) -> Bool { (a.score, a.tie) < (b.score, b.tie) }
  }

  /// - Parameters:
  ///   - reference: scores of good images, none of them NaN, in any order.
  ///   - flawedShare: how probable it may be, from 0 to below 1, that an image is flawed.
  ///   - random: orders equal scores.
  /// - Returns: nil where there are fewer than two scores.
  package init?(
    reference: [Float], flawedShare: Double = 0, using random: inout some RandomNumberGenerator
  ) {
    precondition((0..<1).contains(flawedShare), "a share of at least 0 and below 1")
    guard reference.count > 1 else { return nil }
    let ranks = reference.map { Rank(score: $0, tie: random.next()) }.sorted()
    upper = ranks[ranks.count / 2]
    lower = ranks[(ranks.count - 1) / 2]
    referenceCount = ranks.count
    self.flawedShare = flawedShare
  }

  /// - Parameters:
  ///   - score: of the next image, not NaN.
  ///   - random: orders equal scores; the one that the reference was given.
  package mutating func add(_ score: Float, using random: inout some RandomNumberGenerator) {
    let rank = Rank(score: score, tie: random.next())
    count += 1
    if rank > upper { above += 1 }
    if rank < lower { below += 1 }
  }

  /// The side that speaks more for a shift.
  package var direction: Direction { logBet(.higher) < logBet(.lower) ? .lower : .higher }

  /// What both bets have come to on average; the reciprocal of ``pValue`` from 1 on.
  package var wealth: Double { (exp(logBet(.higher)) + exp(logBet(.lower))) / 2 }

  /// The probability that so much or more ever comes of images like the reference, at most.
  package var pValue: Double { min(1, 1 / wealth) }

  /// The logarithm of the ratio of two probabilities of the counts: by the bet, and by the urn.
  private func logBet(_ direction: Direction) -> Double {
    switch direction {
    case .higher:
      Self.logShares(above, of: count, from: (1 + flawedShare) / 2)
        - logUrn(above, flawedShare: flawedShare)
    case .lower: Self.logShares(below, of: count, from: 0.5) - logUrn(below, flawedShare: 0)
    }
  }

  /// ln of the probability of a sequence with `hits`, where their share is uniform between `least` and 1.
  private static func logShares(_ hits: Int, of count: Int, from least: Double) -> Double {
    let (a, b) = (Double(hits + 1), Double(count - hits + 1))
    return logBeta(a, b) + log(TailProbability.beta(b, a, 1 - least)) - log(1 - least)
  }

  /// ln of the probability of a sequence with `hits` on one side of the median, by the urn.
  private func logUrn(_ hits: Int, flawedShare: Double) -> Double {
    let misses = Double(count - hits)
    // Beyond the score that is the median there are `gaps`, before it one more than there are scores.
    let gaps = Double(referenceCount - referenceCount / 2)
    let others = Double(referenceCount + 1) - gaps
    func good(_ hits: Int) -> Double {
      Self.logBeta(gaps + Double(hits), others + misses) - Self.logBeta(gaps, others)
    }
    guard flawedShare > 0 else { return good(hits) }
    // How many of the hits are good: a binomial sum, all terms positive.
    let terms = (0...hits).map { good in
      let flawed = Double(hits - good)
      let choices = lgamma(Double(hits) + 1) - lgamma(Double(good) + 1) - lgamma(flawed + 1)
      return choices + flawed * log(flawedShare) + (misses + Double(good)) * log1p(-flawedShare)
        + Self.logBeta(gaps + Double(good), others + misses) - Self.logBeta(gaps, others)
    }
    let largest = terms.max() ?? 0
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }

  private static func logBeta(_ a: Double, _ b: Double) -> Double {
    lgamma(a) + lgamma(b) - lgamma(a + b)
  }
}
