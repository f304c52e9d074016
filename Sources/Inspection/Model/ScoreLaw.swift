import AContrario
import Foundation
import Metrics

/// How often a good image has so high a score, learnt from the scores of good images that the detector was not fitted on.
///
/// Of n good images c have at least the score s. If one more good image is like them, its score reaches s with a probability of at
/// most (c + 1) / (n + 1): the conformal p-value (Vovk, Gammerman, Shafer 2005; Bates, Candès, Lei, Romano, Sesia 2023, equation
/// 2). An alarm wherever that is at most α is raised in a share of at most α of the good images, on average over the
/// images that were calibrated on. With ``Confidence`` the share is at most α for most of these images.
///
/// Images that are near-equal count together: each group as one image, with the share of its own that reach s (the
/// pooling of Dunn, Wasserman, Ramdas 2023, "Distribution-free prediction sets for two-layer hierarchical models").
///
/// Above the highest score seen a generalized Pareto law goes on. That part is an extrapolation: no theorem holds there.
public struct ScoreLaw: Sendable, Equatable, Encodable {
  /// The scores of good images, ascending.
  public let scores: [Float]
  /// How much each of them counts: 1 over the number of images in its group.
  let weights: [Double]
  /// Independent images, or groups of near-equal ones.
  public let groupCount: Int
  /// Of what is above the highest score; nil where too few differ to tell.
  let tail: GeneralizedPareto?

  /// How sure a promise is to be, over which images happened to be calibrated on.
  ///
  /// With c of n scores at least s, the p-value is the upper limit of Clopper and Pearson's interval at that confidence: the
  /// quantile of the beta law of c + 1 and n - c (Bates et al. 2023, section 3; Vovk 2012, "Conditional validity of inductive
  /// conformal predictors", proposition 2a). Nil is the average over all images that could have been calibrated on.
  public typealias Confidence = Double?

  /// Scores that the tail is fitted to, at least and as a share.
  private static let leastTailCount = 8
  private static let tailShare = 0.25

  /// - Parameters:
  ///   - scores: of good images, in any order; at least one.
  ///   - groups: which of them are near-equal, by a number for each; empty where none are.
  package init(_ scores: [Float], groups: [Int] = []) {
    precondition(!scores.isEmpty, "a law is learnt from at least one image")
    precondition(groups.isEmpty || groups.count == scores.count, "a group for each image")
    let groups = groups.isEmpty ? Array(scores.indices) : groups
    var sizes: [Int: Int] = [:]
    for group in groups { sizes[group, default: 0] += 1 }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    self.scores = order.map { scores[$0] }
    weights = order.map { 1 / Double(sizes[groups[$0], default: 1]) }
    groupCount = sizes.count
    tail = Self.tail(of: self.scores.map(Double.init))
  }

  /// The excess over the highest score, given that of the highest quarter over a lower threshold: a generalized
  /// Pareto law keeps its shape there, and its scale grows by the shape times the way.
  private static func tail(of ascending: [Double]) -> GeneralizedPareto? {
    let count = min(
      max(Int(Double(ascending.count) * tailShare), leastTailCount), ascending.count - 1)
    guard count > 0 else { return nil }
    let threshold = ascending[ascending.count - 1 - count]
    let excesses = ascending.suffix(count).map { $0 - threshold }.filter { $0 > 0 }
    guard let largest = excesses.last else { return nil }
    let law = GeneralizedPareto(ascending: excesses, shapes: 0...1)
    return GeneralizedPareto(scale: law.scale + law.shape * largest, shape: law.shape)
  }

  /// The rarest alarm that the images can promise by counting; what is rarer is extrapolated.
  public func least(_ confidence: Confidence = nil) -> Double { rate(0, confidence) }

  /// Whether some score, however high, comes with no more false alarms than `limit`.
  package func canReach(_ limit: Double) -> Bool { tail != nil || least() <= limit }

  /// How likely a good image is to score at least so high.
  ///
  /// - Returns: log10 of the probability, and whether it is rarer than counting can tell.
  package func log10Probability(of score: Float, _ confidence: Confidence = nil)
    -> (value: Double, isExtrapolated: Bool)
  {
    let reached = firstIndex(atLeast: score)
    guard reached == scores.count, let highest = scores.last, let tail else {
      return (log10(rate(weights[reached...].reduce(0, +), confidence)), false)
    }
    let beyond = tail.log10Survival(Double(score) - Double(highest))
    return (log10(rate(0, confidence)) + beyond, beyond < 0)
  }

  /// The p-value where scores of that weight are at least as high.
  private func rate(_ count: Double, _ confidence: Confidence) -> Double {
    let total = Double(groupCount)
    guard let confidence else { return (count + 1) / (total + 1) }
    return BinomialInterval.upper(successes: count, trials: total, confidence: confidence)
  }

  private func firstIndex(atLeast score: Float) -> Int {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension ScoreLaw: Decodable {
  private enum CodingKeys: CodingKey {
    case scores, weights, groupCount, tail
  }

  /// Throws `DecodingError` where the numbers make no law.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    scores = try container.decode([Float].self, forKey: .scores)
    weights = try container.decode([Double].self, forKey: .weights)
    groupCount = try container.decode(Int.self, forKey: .groupCount)
    tail = try container.decodeIfPresent(GeneralizedPareto.self, forKey: .tail)
    let isSound =
      !scores.isEmpty && scores.allSatisfy(\.isFinite) && weights.count == scores.count
      && weights.allSatisfy { $0 > 0 && $0 <= 1 } && (1...scores.count).contains(groupCount)
      && abs(weights.reduce(0, +) - Double(groupCount)) < 1e-6 * Double(groupCount)
      && zip(scores, scores.dropFirst()).allSatisfy { $0 <= $1 }
      && tail.map { $0.shape >= 0 } ?? true
    guard isSound else {
      throw DecodingError.dataCorruptedError(
        forKey: .scores, in: container,
        debugDescription:
          "\(scores.count) scores of \(groupCount) groups make no law: expected finite numbers in"
          + " ascending order, with weights that add up to the groups; learn the law anew")
    }
  }
}
