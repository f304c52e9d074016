import Foundation

/// How well anomaly maps find defective pixels, over more pixels than fit into memory.
///
/// Scores are counted in 2^16 bins: 2.5 MB, however many images come, and for ``AUPIMO`` 8 bytes for each bin that the
/// defect of an image reaches: a few KB an image, at most 512. A bin holds the floats that share
/// their upper 16 bits, 128 bins for each power of two and each sign: a score keeps two to three digits
/// whatever its scale. What happens between the bounds of a bin is unknown, so each figure comes with the bounds that the counts prove; between
/// bins, all is exact. ``PixelEvaluation`` is the exact counterpart. Figures are nil where the good
/// or the defective pixels are missing.
public struct PixelHistogram: PixelAccumulator {
  public private(set) var imageCount = 0
  /// Connected defect regions over all images.
  public private(set) var regionCount = 0
  /// Pixels without a defect.
  public private(set) var goodCount = 0
  /// Pixels of defects.
  public private(set) var defectiveCount = 0
  /// Good and defective pixels in each bin.
  private var good = [Int](repeating: 0, count: binCount)
  private var defective = [Int](repeating: 0, count: binCount)
  /// The lowest score in each bin: the threshold that takes in the whole bin and no more.
  private var lowest = [Float](repeating: .infinity, count: binCount)
  /// Regions in each bin: every pixel counts one over the area of its region.
  private var regions = [Double](repeating: 0, count: binCount)
  /// Pixels of good images in each bin; those of defective images are not among them.
  private(set) var ofGoodImages = [Int](repeating: 0, count: binCount)
  /// How many pixels of its defect each image has in which bins; nil where it is good.
  private(set) var defects: [[(bin: UInt16, pixels: UInt32)]?] = []

  private static let binCount = 1 << 16

  /// The bin of a finite score, numbered from the highest scores down; no lower score has a lower bin.
  private static func bin(of score: Float) -> Int { Int(RankedScore(score, tag: 0).key >> 16) }

  /// Starts empty.
  public init() {}

  /// The mask's 8-connected components are the regions of AUPRO.
  public mutating func add(
    map: UnsafeBufferPointer<Float>, mask: UnsafeRawBufferPointer?, width: Int, height: Int
  ) throws {
    try checkMap(map, image: imageCount, width: width, height: height)
    if let mask {
      let found = try ConnectedComponents(mask: mask, width: width, height: height)
      let shares = found.areas.map { 1 / Double($0) }
      var defect: [UInt16] = []
      for (score, label) in zip(map, found.labels) {
        let bin = Self.bin(of: score)
        lowest[bin] = min(lowest[bin], score)
        if label == 0 {
          good[bin] += 1
        } else {
          defective[bin] += 1
          regions[bin] += shares[Int(label) - 1]
          defect.append(UInt16(bin))
        }
      }
      let area = found.areas.reduce(0, +)
      regionCount += found.areas.count
      defectiveCount += area
      goodCount += map.count - area
      defects.append(Self.counts(of: defect))
    } else {
      for score in map {
        let bin = Self.bin(of: score)
        lowest[bin] = min(lowest[bin], score)
        good[bin] += 1
        ofGoodImages[bin] += 1
      }
      goodCount += map.count
      defects.append(nil)
    }
    imageCount += 1
  }

  private static func counts(of bins: [UInt16]) -> [(bin: UInt16, pixels: UInt32)] {
    var counts: [(bin: UInt16, pixels: UInt32)] = []
    for bin in bins.sorted() {
      if counts.last?.bin == bin {
        counts[counts.count - 1].pixels += 1
      } else {
        counts.append((bin, 1))
      }
    }
    return counts
  }

  /// Area under the ROC curve. Its error is half the pairs of a good and a defective pixel that
  /// share a bin, over all such pairs.
  public var auroc: Enclosure? {
    enclosure { last, point in
      let width = Double(point.falseAlarms - last.falseAlarms)
      return (width * Double(last.hits), width * Double(point.hits))
    }.map { $0.divided(by: Double(goodCount) * Double(defectiveCount)) }
  }

  /// Average precision, the step sum.
  public var averagePrecision: Enclosure? {
    enclosure { last, point in
      let hits = Double(point.hits - last.hits)
      if hits == 0 { return (0, 0) }
      // At best all hits of the bin tie above its good ones; at worst each has a score of its own
      // below them. Then the k-th has precision 1 - F / (F + H + k) for F false alarms down to here
      // and H hits above, and 1 / x is convex, so the sum over k is below the integral.
      let best = hits * Double(point.hits) / Double(point.hits + last.falseAlarms)
      let start = Double(point.falseAlarms + last.hits) + 0.5
      let worst = hits - Double(point.falseAlarms) * log1p(hits / start)
      return (worst, best)
    }.map { $0.divided(by: Double(defectiveCount)) }
  }

  /// The highest F1 score at the lowest score of a bin, where all is exact, and by how much a
  /// threshold within a bin can exceed it at most.
  public var f1Max: (best: F1Max, error: Double)? {
    guard let best = (self as any OperatingPoints).f1Max else { return nil }
    var upper = 0.0
    var last = OperatingPoint.silent
    forEachPoint { point in
      let f1 = Double(2 * point.hits) / Double(point.hits + last.falseAlarms + defectiveCount)
      upper = max(upper, f1)
      last = point
      return true
    }
    return (best, upper - best.value)
  }

  /// Area under the per-region overlap curve as ``PixelEvaluation/aupro(limit:)`` defines it.
  ///
  /// - Parameter limit: in (0, 1].
  public func aupro(limit: Double = 0.3) -> Enclosure? {
    precondition(limit > 0 && limit <= 1, "AUPRO limit \(limit) is not in (0, 1]")
    return enclosure { last, point in
      let end = min(Double(point.falseAlarms) / Double(goodCount), limit)
      let width = max(end - Double(last.falseAlarms) / Double(goodCount), 0)
      return (width * last.overlap, width * point.overlap)
    }.map { $0.divided(by: limit) }
  }

  /// The ROC curve through the bounds of the bins, where it is exact; its area counts pixels that
  /// share a bin as ties.
  public func rocCurve(step: Double = 0.002) -> ROCCurve? {
    (self as any OperatingPoints).rocCurve(step: step)
  }

  /// The precision-recall curve through the bounds of the bins, where it is exact; its areas count
  /// pixels that share a bin as ties.
  public func precisionRecallCurve(step: Double = 0.002) -> PrecisionRecallCurve? {
    (self as any OperatingPoints).precisionRecallCurve(step: step)
  }

  /// Sums the bounds of what each bin adds.
  private func enclosure(
    _ bounds: (_ last: OperatingPoint, _ point: OperatingPoint) -> (lower: Double, upper: Double)
  ) -> Enclosure? {
    guard hasBothClasses else { return nil }
    var (lower, upper) = (CompensatedSum(), CompensatedSum())
    var last = OperatingPoint.silent
    forEachPoint { point in
      let term = bounds(last, point)
      lower.add(term.lower)
      upper.add(term.upper)
      last = point
      return true
    }
    return Enclosure(lower: lower.value, upper: upper.value)
  }
}

extension PixelHistogram: OperatingPoints {
  /// Each bin that is not empty is a point, its threshold the lowest score in it.
  func forEachPoint(_ body: (OperatingPoint) -> Bool) {
    var point = OperatingPoint.silent
    var regionsAlarmed = CompensatedSum()
    for bin in 0..<Self.binCount where good[bin] + defective[bin] > 0 {
      point.threshold = lowest[bin]
      point.falseAlarms += good[bin]
      point.hits += defective[bin]
      regionsAlarmed.add(regions[bin])
      point.overlap = regionCount > 0 ? regionsAlarmed.value / Double(regionCount) : 0
      guard body(point) else { return }
    }
  }
}

extension Enclosure {
  fileprivate func divided(by divisor: Double) -> Enclosure {
    Enclosure(lower: lower / divisor, upper: upper / divisor)
  }
}

/// A figure of which only bounds are known, with certainty.
public struct Enclosure: Equatable, Sendable {
  public let lower: Double
  public let upper: Double

  /// The middle of the bounds.
  public var value: Double { (lower + upper) / 2 }
  /// How far the true figure can be from `value` at most.
  public var error: Double { (upper - lower) / 2 }
}
