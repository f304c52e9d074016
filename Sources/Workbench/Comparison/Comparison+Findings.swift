import Inspection
import Metrics

extension Comparison {
  /// Decisions of the first run against those of another, on all images in common or on a part of them.
  package func contingency(
    with other: Int, where isCounted: (ComparedImage) -> Bool = { _ in true }
  ) -> PairedOutcomes {
    PairedOutcomes(
      images.lazy.filter(isCounted).map {
        (first: $0.judgements[0].isRight, second: $0.judgements[other].isRight)
      })
  }

  /// Defective images that a run misses or puts below a good one, the lowest standing first.
  package var worstMisses: [ComparedImage] {
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
  package var worstFalseAlarms: [ComparedImage] {
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

  /// One metric of all runs.
  package struct MetricRow: Sendable {
    package let metric: Metric
    /// In the order of the runs; nil where it is undefined or not there.
    package let values: [Double?]

    /// The runs that are best, of those that can be told apart when written down; none where all are alike.
    package var best: [Int] {
      let defined = values.compactMap(\.self).filter(\.isFinite)
      let top = metric.direction == .lower ? defined.min() : defined.max()
      guard metric.direction != .neither, let top else { return [] }
      let winners = values.indices.filter { metric.text(values[$0]) == metric.text(top) }
      return winners.count < defined.count ? winners : []
    }

    /// By how much a run is above the first; nil where one of the two is undefined.
    package func difference(_ run: Int) -> Double? {
      values[run].flatMap { value in values[0].map { value - $0 } }
    }
  }

  /// The metrics that some run has.
  package var metricRows: [MetricRow] {
    EvaluationMetrics.ordered(runs.flatMap { $0.results.metrics.metrics.map(\.id) }).map { metric in
      MetricRow(metric: metric, values: runs.map { $0.results.metrics[metric] })
    }
  }
}

// MARK: - JSON

extension Comparison {
  /// All that is compared, for programs.
  package var json: JSONValue {
    .object([
      "runs": .array(
        runs.map { run in
          .object([
            "name": .string(run.name), "folder": .string(run.results.folder),
            "data": run.results.data.map(JSONValue.string) ?? .null,
            "model": run.results.model.map(JSONValue.string) ?? .null,
            "images": .integer(run.results.images.count { $0.score != nil }),
            "absent": .array(run.absent.map { .string($0.name) }),
          ])
        }),
      "metrics": .object(
        Dictionary(uniqueKeysWithValues: metricRows.map { ($0.metric.id, Self.json($0)) })),
      "decisions": .array(runs.indices.dropFirst().map(decisions)),
      "images": .array(images.map(Self.json)),
    ])
  }

  private static func json(_ row: MetricRow) -> JSONValue {
    let number = { (value: Double?) in value.map(JSONValue.number) ?? .null }
    return .object([
      "better": .string(row.metric.direction.rawValue),
      "values": .array(row.values.map(number)),
      "differences": .array(row.values.indices.map { number(row.difference($0)) }),
      "best": .array(row.best.map(JSONValue.integer)),
    ])
  }

  private func decisions(_ other: Int) -> JSONValue {
    func json(_ counts: PairedOutcomes) -> JSONValue {
      .object([
        "both": .integer(counts.both), "onlyFirst": .integer(counts.onlyFirst),
        "onlySecond": .integer(counts.onlySecond), "neither": .integer(counts.neither),
        "mcnemarP": .number(counts.test.pValue),
      ])
    }
    return .object([
      "first": .string(runs[0].name), "second": .string(runs[other].name),
      "all": json(contingency(with: other)),
      "defective": json(contingency(with: other, where: \.isDefective)),
      "good": json(contingency(with: other) { !$0.isDefective }),
    ])
  }

  private static func json(_ image: ComparedImage) -> JSONValue {
    .object([
      "name": .string(image.identity.name), "label": .string(image.identity.label),
      "disagreement": .number(image.disagreement),
      "runs": .array(
        image.judgements.map {
          .object([
            "score": .number($0.score), "anomalous": .bool($0.isAnomalous),
            "standing": .number($0.standing), "rank": .number($0.rank),
          ])
        }),
    ])
  }
}
