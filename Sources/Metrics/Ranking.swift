/// Scores from the highest to the lowest with the class of each: what all figures are read from.
public struct Ranking: OperatingPoints {
  private let records: [RankedScore]
  private let regionAreas: [Int]
  let goodCount: Int
  let defectiveCount: Int

  /// Sorts by a least-significant-digit radix sort: three passes of 11, 11 and 10 bits.
  ///
  /// Record tags are 1-based indices into `regionAreas`, or 0 for the good.
  init(_ unsorted: [RankedScore], regionAreas: [Int]) {
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
    self.regionAreas = regionAreas
    self.goodCount = goodCount
    defectiveCount = count - goodCount
  }

  /// Each distinct score is a point: those that share it cannot be told apart.
  func forEachPoint(_ body: (OperatingPoint) -> Bool) {
    let regionCount = Double(regionAreas.count)
    let shares = [0] + regionAreas.map { 1 / (Double($0) * regionCount) }
    var point = OperatingPoint.silent
    var overlap = CompensatedSum()
    records.withUnsafeBufferPointer { records in
      shares.withUnsafeBufferPointer { shares in
        var next = 0
        while next < records.count {
          let key = records[next].key
          repeat {
            let tag = records[next].tag
            if tag == 0 {
              point.falseAlarms += 1
            } else {
              point.hits += 1
              overlap.add(shares[Int(tag)])
            }
            next += 1
          } while next < records.count && records[next].key == key
          point.threshold = records[next - 1].score
          point.overlap = overlap.value
          guard body(point) else { return }
        }
      }
    }
  }
}

/// A score and the tag of its owner in 64 bits, such that ascending integers are descending scores.
///
/// A radix sort over the upper half ranks millions of pixels several times faster than comparisons.
struct RankedScore {
  var bits: UInt64

  /// Ranks a finite score; `tag` is 0 for a good pixel or image.
  init(_ score: Float, tag: UInt32) {
    // Adding 0 turns -0 into +0: they are equal, so they must tie.
    let pattern = (score + 0).bitPattern
    let descending = pattern >> 31 == 0 ? ~pattern & 0x7fff_ffff : pattern
    bits = UInt64(descending) << 32 | UInt64(tag)
  }

  var key: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
  var tag: UInt32 { UInt32(truncatingIfNeeded: bits) }

  /// The score itself.
  var score: Float {
    Float(bitPattern: key >> 31 == 0 ? ~key & 0x7fff_ffff : key)
  }
}
