/// Scores from the highest to the lowest, with the counts of both classes.
struct Ranking: Sendable {
  private let records: [RankedScore]
  let goodCount: Int
  let defectiveCount: Int

  /// Sorts by a least-significant-digit radix sort: three passes of 11, 11 and 10 bits.
  init(_ unsorted: [RankedScore]) {
    let count = unsorted.count
    var source = unsorted
    var target = [RankedScore](repeating: RankedScore(0, tag: 0), count: count)
    let digits = 2048
    var histogram = [Int](repeating: 0, count: 3 * digits)
    var goodCount = 0
    for record in unsorted {
      let key = Int(record.key)
      histogram[key & 0x7ff] += 1
      histogram[digits + (key >> 11) & 0x7ff] += 1
      histogram[2 * digits + key >> 22] += 1
      if record.tag == 0 { goodCount += 1 }
    }
    for pass in 0..<3 {
      let shift = UInt64(32 + 11 * pass)
      var offsets = Array(histogram[pass * digits..<(pass + 1) * digits])
      // Every key has this digit in common: the pass would only copy.
      if offsets.contains(count) { continue }
      var next = 0
      for digit in offsets.indices {
        (offsets[digit], next) = (next, next + offsets[digit])
      }
      offsets.withUnsafeMutableBufferPointer { offsets in
        source.withUnsafeBufferPointer { source in
          target.withUnsafeMutableBufferPointer { target in
            for record in source {
              let digit = Int(record.bits >> shift) & 0x7ff
              target[offsets[digit]] = record
              offsets[digit] += 1
            }
          }
        }
      }
      swap(&source, &target)
    }
    records = source
    self.goodCount = goodCount
    defectiveCount = count - goodCount
  }

  /// Calls `body` once for each distinct score, highest first, with all records that share it.
  func forEachTie(_ body: (_ score: Float, _ tied: UnsafeBufferPointer<RankedScore>) -> Bool) {
    records.withUnsafeBufferPointer { records in
      var start = 0
      while start < records.count {
        let key = records[start].key
        var end = start + 1
        while end < records.count, records[end].key == key { end += 1 }
        let tied = UnsafeBufferPointer(rebasing: records[start..<end])
        guard body(records[start].score, tied) else { return }
        start = end
      }
    }
  }

  /// The area under the ROC curve in integers, so exact; ties count half. Nil where a class is missing.
  var area: Double? {
    guard goodCount > 0, defectiveCount > 0 else { return nil }
    var defectiveAbove: UInt64 = 0
    var twiceWins: UInt64 = 0
    forEachTie { _, tied in
      var good: UInt64 = 0
      for record in tied where record.tag == 0 { good += 1 }
      let defective = UInt64(tied.count) - good
      twiceWins += good * (2 * defectiveAbove + defective)
      defectiveAbove += defective
      return true
    }
    return Double(twiceWins) / 2 / Double(goodCount) / Double(defectiveCount)
  }

  /// The ROC curve, keeping a point wherever it has moved by at least `step` in either rate.
  func curve(step: Double) -> ROCCurve? {
    guard let area else { return nil }
    var points = [ROCCurve.Point(falsePositiveRate: 0, truePositiveRate: 0, threshold: .infinity)]
    var (good, defective) = (0, 0)
    forEachTie { score, tied in
      for record in tied where record.tag == 0 { good += 1 }
      defective += tied.count
      let point = ROCCurve.Point(
        falsePositiveRate: Double(good) / Double(goodCount),
        truePositiveRate: Double(defective - good) / Double(defectiveCount), threshold: score)
      let last = points[points.count - 1]
      if point.falsePositiveRate - last.falsePositiveRate >= step
        || point.truePositiveRate - last.truePositiveRate >= step
        || defective == goodCount + defectiveCount
      {
        points.append(point)
      }
      return true
    }
    return ROCCurve(points: points, area: area)
  }
}
