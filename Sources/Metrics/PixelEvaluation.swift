/// How well anomaly maps find defective pixels, over all images of a test set pooled.
///
/// All figures share one sort. Each is nil where it is undefined.
public struct PixelEvaluation: Sendable {
  private let ranking: Ranking
  private let regionAreas: [Int]

  public init(_ scores: PixelScores) {
    ranking = Ranking(scores.records)
    regionAreas = scores.regionAreas
  }

  /// Evaluates maps of one size, row by row, with their masks; a nil mask says that the image is good.
  public init(images: [(map: [Float], mask: [Bool]?)], width: Int, height: Int) throws {
    var scores = PixelScores(reservingPixels: images.reduce(0) { $0 + $1.map.count })
    for (map, mask) in images {
      try scores.add(map: map, mask: mask, width: width, height: height)
    }
    self.init(scores)
  }

  /// Connected defect regions over all images.
  public var regionCount: Int { regionAreas.count }

  /// Area under the pixel ROC curve, ties counting half; nil where good or defective pixels are missing.
  public var auroc: Double? { ranking.area }

  /// The pixel ROC curve with a point wherever it has moved by at least `step` in either rate.
  public func rocCurve(step: Double = 0.002) -> ROCCurve? { ranking.curve(step: step) }

  /// Area under the per-region overlap curve up to a false positive rate, divided by that rate.
  ///
  /// At each distinct score, the overlap is the mean over regions of the share of the region that
  /// scores at least as high, and the false positive rate the share of the good pixels that do; the
  /// trapezoid rule between them, with linear interpolation at `limit`. Nil where good or defective
  /// pixels are missing. (Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 2021.)
  ///
  /// - Parameter limit: in (0, 1].
  public func aupro(limit: Double = 0.3) -> Double? {
    precondition(limit > 0 && limit <= 1, "AUPRO limit \(limit) is not in (0, 1]")
    guard ranking.goodCount > 0, !regionAreas.isEmpty else { return nil }
    let regionCount = Double(regionAreas.count)
    let shares = regionAreas.map { 1 / (Double($0) * regionCount) }
    var good = 0
    var rate = 0.0
    var overlap = CompensatedSum()
    var area = CompensatedSum()
    ranking.forEachTie { _, tied in
      let (lastRate, lastOverlap) = (rate, overlap.value)
      for record in tied {
        if record.tag == 0 { good += 1 } else { overlap.add(shares[Int(record.tag) - 1]) }
      }
      rate = Double(good) / Double(ranking.goodCount)
      guard rate >= limit else {
        area.add((rate - lastRate) * (lastOverlap + overlap.value) / 2)
        return true
      }
      let width = limit - lastRate
      let end = lastOverlap + (overlap.value - lastOverlap) * width / (rate - lastRate)
      area.add(width * (lastOverlap + end) / 2)
      return false
    }
    return area.value / limit
  }
}
