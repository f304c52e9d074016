/// The operating points of a detector, from which all its figures follow.
protocol OperatingPoints: Sendable {
  var goodCount: Int { get }
  var defectiveCount: Int { get }

  /// Calls `body` with the point at each score that occurs, highest first, until it returns false.
  ///
  /// The counts of all points but the last may include several scores that are told apart no
  /// further; the last one's are all there are.
  func forEachPoint(_ body: (OperatingPoint) -> Bool)
}

extension OperatingPoints {
  /// Whether rates have something to be rates of.
  var hasBothClasses: Bool { goodCount > 0 && defectiveCount > 0 }

  /// The area under the ROC curve, summed in integers, so exact; ties count half.
  var auroc: Double? {
    guard hasBothClasses else { return nil }
    // 64 bits overflow at some 10^9 pixels of either class.
    var twiceWins: UInt128 = 0
    var last = OperatingPoint.silent
    forEachPoint { point in
      let (high, low) = UInt64(point.falseAlarms - last.falseAlarms)
        .multipliedFullWidth(by: UInt64(last.hits + point.hits))
      twiceWins += UInt128(high) << 64 | UInt128(low)
      last = point
      return true
    }
    return Double(twiceWins) / 2 / Double(goodCount) / Double(defectiveCount)
  }

  /// Precision averaged over the defective, each at its own score.
  var averagePrecision: Double? {
    guard hasBothClasses else { return nil }
    var sum = CompensatedSum()
    var hits = 0
    forEachPoint { point in
      sum.add(Double(point.hits - hits) * point.precision)
      hits = point.hits
      return hits < defectiveCount
    }
    return sum.value / Double(defectiveCount)
  }

  /// The area under the precision-recall curve by the trapezoid rule.
  var areaUnderPrecisionRecall: Double? {
    guard hasBothClasses else { return nil }
    var sum = CompensatedSum()
    var last = OperatingPoint.silent
    forEachPoint { point in
      if point.hits > last.hits {
        sum.add(Double(point.hits - last.hits) * (last.precision + point.precision))
      }
      last = point
      return point.hits < defectiveCount
    }
    return sum.value / 2 / Double(defectiveCount)
  }

  /// The highest F1 score, at the highest threshold that reaches it.
  var f1Max: F1Max? {
    guard hasBothClasses else { return nil }
    var best = OperatingPoint.silent
    var value = 0.0
    forEachPoint { point in
      // Equal quotients of integers are rounded alike, so ties are seen.
      let f1 = Double(2 * point.hits) / Double(point.hits + point.falseAlarms + defectiveCount)
      if f1 > value { (best, value) = (point, f1) }
      return point.hits < defectiveCount
    }
    return F1Max(
      value: value, threshold: best.threshold, precision: best.precision,
      recall: Double(best.hits) / Double(defectiveCount))
  }

  /// The area under the per-region overlap curve up to the false positive rate `limit`, over
  /// `limit`.
  func aupro(limit: Double) -> Double? {
    precondition(limit > 0 && limit <= 1, "AUPRO limit \(limit) is not in (0, 1]")
    guard hasBothClasses else { return nil }
    var area = CompensatedSum()
    var last = (rate: 0.0, overlap: 0.0)
    forEachPoint { point in
      let rate = Double(point.falseAlarms) / Double(goodCount)
      defer { last = (rate, point.overlap) }
      guard rate >= limit else {
        area.add((rate - last.rate) * (last.overlap + point.overlap) / 2)
        return true
      }
      let width = limit - last.rate
      let end = last.overlap + (point.overlap - last.overlap) * width / (rate - last.rate)
      area.add(width * (last.overlap + end) / 2)
      return false
    }
    return area.value / limit
  }

  /// The share of hits at the lowest threshold with no larger share of false alarms.
  func recall(atFalsePositiveRate limit: Double) -> Double? {
    precondition(limit >= 0 && limit <= 1, "false positive rate \(limit) is not in [0, 1]")
    guard hasBothClasses else { return nil }
    var hits = 0
    forEachPoint { point in
      // A quotient of integers is rounded as the limit was, so 1 of 50 is not above 0.02.
      guard Double(point.falseAlarms) / Double(goodCount) <= limit else { return false }
      hits = point.hits
      return true
    }
    return Double(hits) / Double(defectiveCount)
  }

  /// The share of the good without an alarm at the highest threshold with no larger share of misses.
  func specificity(atFalseNegativeRate limit: Double) -> Double? {
    precondition(limit >= 0 && limit <= 1, "false negative rate \(limit) is not in [0, 1]")
    guard hasBothClasses else { return nil }
    var chosen = OperatingPoint.silent
    func isAllowed(_ point: OperatingPoint) -> Bool {
      Double(defectiveCount - point.hits) / Double(defectiveCount) <= limit
    }
    if !isAllowed(chosen) {
      forEachPoint { point in
        chosen = point
        return !isAllowed(point)
      }
    }
    return Double(goodCount - chosen.falseAlarms) / Double(goodCount)
  }

  /// The counts where `score > threshold` alarms.
  func confusion(above threshold: Float) -> Confusion {
    confusion { $0 > threshold }
  }

  /// The counts where `score >= threshold` alarms.
  func confusion(atLeast threshold: Float) -> Confusion {
    confusion { $0 >= threshold }
  }

  private func confusion(_ alarms: (Float) -> Bool) -> Confusion {
    var last = OperatingPoint.silent
    forEachPoint { point in
      guard alarms(point.threshold) else { return false }
      last = point
      return true
    }
    return Confusion(
      truePositives: last.hits, falsePositives: last.falseAlarms,
      falseNegatives: defectiveCount - last.hits, trueNegatives: goodCount - last.falseAlarms)
  }
}

/// What a detector that alarms where `score >= threshold` finds and what it mistakes.
struct OperatingPoint {
  /// The lowest score that alarms.
  var threshold: Float
  /// Good ones that alarm.
  var falseAlarms: Int
  /// Defective ones that alarm.
  var hits: Int
  /// The mean over defect regions of the share of the region that alarms.
  var overlap: Double

  /// Where nothing alarms.
  static let silent = OperatingPoint(threshold: .infinity, falseAlarms: 0, hits: 0, overlap: 0)

  /// The share of the alarms that are hits; 1 where nothing alarms, where its curve begins.
  var precision: Double {
    let alarms = falseAlarms + hits
    return alarms == 0 ? 1 : Double(hits) / Double(alarms)
  }
}

extension OperatingPoints {
  /// The ROC curve, keeping a point wherever it has moved by at least `step` in either rate.
  func rocCurve(step: Double) -> ROCCurve? {
    guard let auroc else { return nil }
    let points = thinned(step: step) {
      (Double($0.falseAlarms) / Double(goodCount), Double($0.hits) / Double(defectiveCount))
    }
    return ROCCurve(
      points: points.map {
        ROCCurve.Point(falsePositiveRate: $0.x, truePositiveRate: $0.y, threshold: $0.threshold)
      }, area: auroc)
  }

  /// The precision-recall curve, keeping a point wherever it has moved by at least `step` either
  /// way.
  func precisionRecallCurve(step: Double) -> PrecisionRecallCurve? {
    guard let averagePrecision, let areaUnderPrecisionRecall else { return nil }
    let points = thinned(step: step) { (Double($0.hits) / Double(defectiveCount), $0.precision) }
    return PrecisionRecallCurve(
      points: points.map {
        PrecisionRecallCurve.Point(recall: $0.x, precision: $0.y, threshold: $0.threshold)
      }, averagePrecision: averagePrecision, area: areaUnderPrecisionRecall)
  }

  /// The first and the last point of a curve, and those between that are `step` from the last kept.
  private func thinned(
    step: Double, _ place: (OperatingPoint) -> (x: Double, y: Double)
  ) -> [(x: Double, y: Double, threshold: Float)] {
    let first = place(.silent)
    var points = [(first.x, first.y, OperatingPoint.silent.threshold)]
    var last = first
    forEachPoint { point in
      let next = place(point)
      if abs(next.x - last.x) >= step || abs(next.y - last.y) >= step
        || point.hits + point.falseAlarms == goodCount + defectiveCount
      {
        points.append((next.x, next.y, point.threshold))
        last = next
      }
      return true
    }
    return points
  }
}

/// A sum that keeps its digits over millions of tiny terms, by Kahan's compensation.
///
/// Equal terms are all rounded the same way, so a plain sum of them drifts.
struct CompensatedSum {
  private(set) var value = 0.0
  private var lost = 0.0

  mutating func add(_ term: Double) {
    let term = term - lost
    let sum = value + term
    lost = (sum - value) - term
    value = sum
  }
}
