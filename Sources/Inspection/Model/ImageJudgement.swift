import AContrario
import Foundation

/// What an image comes with under a null distribution, before a limit cuts it: any number of limits can be tried.
package struct ImageJudgement: Sendable {
  let score: Float
  /// As ``Prediction/log10FalseAlarms``.
  package let log10FalseAlarms: Double
  let isExtrapolated: Bool
  /// Of its regions.
  package let map: FalseAlarmMap
  /// Of its most unusual region.
  private let least: Double
  /// Whether the image alarms by its score, and not by its regions.
  private let isByScore: Bool

  /// Numbers that are equal but for rounding.
  private static let rounding = 1e-9

  /// - Parameter known: the ``map``, where it has been made before.
  package init(
    _ raw: RawPrediction, _ calibration: Calibration, _ kind: ScoreKind,
    null: Decision.NullDistribution, confidence: Double? = nil, map known: FalseAlarmMap? = nil
  ) throws {
    map = try known ?? calibration.falseAlarms(raw, null: null)
    least = map.log10FalseAlarms.values.min() ?? 0
    let law = null == .calibrated ? calibration.law(kind) : nil
    isByScore = law != nil
    if let law {
      score = try calibration.score(raw, kind)
      (log10FalseAlarms, isExtrapolated) = law.log10Probability(of: score, confidence)
    } else {
      // What decides is what sorts. Models of version 0.1 have their scores as they had them.
      score = calibration.scoreLaw == nil ? raw.score : Float(-least)
      (log10FalseAlarms, isExtrapolated) = (least, false)
    }
  }

  /// Whether the image comes with no more false alarms than that.
  package func isWithin(_ limit: Double) -> Bool {
    // Every score comes with a probability of 1 at most: beyond, parts of the image decide.
    isByScore && limit < 1 ? log10FalseAlarms <= log10(limit) + Self.rounding : least < log10(limit)
  }

  func verdict(by decision: Decision) -> Verdict {
    guard let limits = decision.limits else { return .normal }
    if isWithin(limits.alarm) { return .anomalous }
    return limits.warning.map(isWithin) ?? false ? .uncertain : .normal
  }

  /// What the false alarms of an anomalous pixel lie below, as log10: minus infinity where the image is normal.
  func limit(of verdict: Verdict, _ decision: Decision) -> Double {
    guard let limits = decision.limits else { return -.infinity }
    switch verdict {
    case .normal: return -.infinity
    case .uncertain: return regionLimit(limits.warning ?? limits.alarm)
    case .anomalous: return regionLimit(limits.alarm)
    }
  }

  /// An image that alarms shows its most unusual region at least, if it has one: a person wants to know where to look.
  package func regionLimit(_ limit: Double) -> Double {
    let values = map.log10FalseAlarms.values
    guard isByScore, limit <= 1, least >= log10(limit), let most = values.max(),
      least < most || values.count == 1
    else { return log10(limit) }
    return least.nextUp
  }
}
