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

  /// For each rate, the lowest score that leaves at most that share of the good above it, the
  /// lowest rate first; where all may be above it, a number below all scores.
  func thresholds(falsePositiveRates rates: [Double]) -> [Float]? {
    guard goodCount > 0 else { return nil }
    // The (k + 1)-th highest good score leaves k above it: the first point with more than k.
    var allowed = rates.map { Int($0 * Double(goodCount)) }.sorted(by: >)
    var thresholds: [Float] = []
    var lowest = Float.infinity
    forEachPoint { point in
      while let last = allowed.last, point.falseAlarms > last {
        thresholds.append(point.threshold)
        allowed.removeLast()
      }
      lowest = point.threshold
      return true
    }
    let below = max(lowest.nextDown, -.greatestFiniteMagnitude)
    return thresholds + allowed.map { _ in below }
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
