/// How well anomaly maps find defective pixels, over all images of a test set pooled.
///
/// Exact: every pixel is ranked. Where the set is too large for that, see ``PixelHistogram``.
public struct PixelEvaluation: BinaryEvaluation {
  public let ranking: Ranking
  /// Connected defect regions over all images.
  public let regionCount: Int

  /// Ranks every pixel of `scores`.
  public init(_ scores: PixelScores) {
    ranking = Ranking(scores.records, regionAreas: scores.regionAreas)
    regionCount = scores.regionAreas.count
  }

  /// Evaluates maps of one size, row by row, with their masks; a nil mask says that the image is
  /// good. Throws `MetricsError` where a size is wrong or a score is not finite.
  public init(images: [(map: [Float], mask: [Bool]?)], width: Int, height: Int) throws {
    var scores = PixelScores(reservingPixels: images.reduce(0) { $0 + $1.map.count })
    for (map, mask) in images {
      try scores.add(map: map, mask: mask, width: width, height: height)
    }
    self.init(scores)
  }

  /// Area under the per-region overlap curve up to a false positive rate, divided by that rate.
  ///
  /// At each distinct score, the overlap is the mean over regions of the share of the region that
  /// scores at least as high, and the false positive rate the share of the good pixels that do; the
  /// trapezoid rule between them, with linear interpolation at `limit`. Nil where good or defective
  /// pixels are missing. (Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 2021.)
  ///
  /// U-Flow's table rests on another AUPRO, that of anomalib in 2022: a ROC curve for each region
  /// against all good pixels, resampled by index and averaged. It differs slightly, can exceed 1,
  /// and is not followed here.
  ///
  /// - Parameter limit: in (0, 1].
  public func aupro(limit: Double = 0.3) -> Double? { ranking.aupro(limit: limit) }

}
