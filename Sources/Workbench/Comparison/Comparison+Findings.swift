extension Comparison {
  /// Decisions of the first run against those of another, on all images in common or on a part of them.
  public func contingency(
    with other: Int, where isCounted: (ComparedImage) -> Bool = { _ in true }
  ) -> PairedOutcomes {
    PairedOutcomes(
      images.lazy.filter(isCounted).map {
        (first: $0.judgements[0].isRight, second: $0.judgements[other].isRight)
      })
  }

  /// Defective images that a run misses or puts below a good one, the lowest standing first.
  public var worstMisses: [ComparedImage] {
    let hasGood = images.contains { !$0.isDefective }
    return images.filter { image in
      image.isDefective
        && (image.isWrongSomewhere || hasGood && image.judgements.contains { $0.standing < 1 })
    }.sorted { a, b in
      let (first, second) = ((a.meanStanding, a.meanRank), (b.meanStanding, b.meanRank))
      return first == second ? a.identity < b.identity : first < second
    }
  }

  /// Good images that raise an alarm in a run or stand above a defective one, the highest standing first.
  public var worstFalseAlarms: [ComparedImage] {
    let defective = images.filter(\.isDefective)
    let lowest = runs.indices.map { run in
      defective.map { $0.judgements[run].score }.min() ?? .infinity
    }
    return images.filter { image in
      !image.isDefective
        && (image.isWrongSomewhere || zip(image.judgements, lowest).contains { $0.score >= $1 })
    }.sorted { a, b in
      let (first, second) = ((a.meanStanding, a.meanRank), (b.meanStanding, b.meanRank))
      return first == second ? a.identity < b.identity : first > second
    }
  }

  /// One figure of all runs.
  struct FigureRow {
    let metric: Metric
    /// In the order of the runs; nil where it is undefined or not there.
    let values: [Double?]

    /// The runs that are best, of those that can be told apart when written down; none where all are alike.
    var best: [Int] {
      let defined = values.compactMap(\.self).filter(\.isFinite)
      let top = metric.better == .lower ? defined.min() : defined.max()
      guard metric.better != .neither, let top else { return [] }
      let winners = values.indices.filter { metric.text(values[$0]) == metric.text(top) }
      return winners.count < defined.count ? winners : []
    }

    /// By how much a run is above the first; nil where one of the two is undefined.
    func difference(_ run: Int) -> Double? {
      values[run].flatMap { value in values[0].map { value - $0 } }
    }
  }

  /// The figures that some run has.
  var figureRows: [FigureRow] {
    let keys = runs.reduce(into: Set<String>()) { $0.formUnion($1.results.metrics.keys) }
    return Metric.ordered(keys).map { metric in
      FigureRow(metric: metric, values: runs.map { $0.results.metrics[metric.key] ?? nil })
    }
  }
}
