import Inspection

/// What a benchmark found, over all of its rows.
package struct BenchmarkSummary: Sendable {
  /// One detector on one data set, with the rows of all seeds.
  package struct Group: Sendable {
    package let detector: String
    package let data: String
    /// Runs that are done, by seed as planned.
    package let rows: [BenchmarkRow]
    package let planned: Int

    /// A metric over the seeds that have it.
    package subscript(metric: Metric) -> SampleStatistic { SampleStatistic(values(metric)) }

    /// A metric of each seed that has it.
    package func values(_ metric: Metric) -> [Double] { rows.compactMap { $0.metrics?[metric] } }

    /// False alarms over seeds, by falling level.
    package var falseAlarms: [PooledFalseAlarms] { PooledFalseAlarms.pooled(rows) }
  }

  package let planned: [BenchmarkConditions]
  package let rows: [BenchmarkRow]
  /// Those that some run has, without counts: these tell what the others rest on.
  package let metrics: [Metric]
  package let groups: [Group]

  /// - Parameters:
  ///   - plan: all runs.
  ///   - rows: those that are finished, failed ones among them.
  package init(plan: [BenchmarkConditions], rows: [BenchmarkRow]) {
    planned = plan
    self.rows = rows
    let done = rows.filter { $0.status == .done }
    metrics = EvaluationMetrics.ordered(
      done.flatMap { $0.metrics?.metrics.map(\.id) ?? [] }
    ).filter { $0.unit != .count }
    groups = plan.map(\.detector).distinct.flatMap { detector in
      plan.map(\.data).distinct.map { data in
        let belongs = { (c: BenchmarkConditions) in c.detector == detector && c.data == data }
        return Group(
          detector: detector, data: data, rows: done.filter { belongs($0.conditions) },
          planned: plan.count { belongs($0) })
      }
    }
  }

  package var detectors: [String] { planned.map(\.detector).distinct }
  package var failed: [BenchmarkRow] { rows.filter { $0.status == .failed } }

  /// The mean of a metric over data sets, which all count alike, for each seed that has it on all of them; then as for any
  /// metric. Nothing where a data set lacks it: a mean over fewer would not compare.
  package func categoryMean(_ metric: Metric, detector: String) -> SampleStatistic {
    let own = groups.filter { $0.detector == detector }
    let means = planned.map(\.seed).distinct.compactMap { seed -> Double? in
      let values = own.compactMap { group in
        group.rows.first { $0.conditions.seed == seed }?.metrics?[metric]
      }
      return values.count == own.count ? values.reduce(0, +) / Double(own.count) : nil
    }
    return SampleStatistic(means)
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in order of its first place.
  package var distinct: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

/// Mean and spread of a metric over seeds.
package struct SampleStatistic: Equatable, Sendable {
  package let count: Int
  /// Nil where there is no number.
  package let mean: Double?
  /// The sample standard deviation, with n - 1 below; nil below two numbers.
  package let deviation: Double?
  package let range: ClosedRange<Double>?

  package init(_ values: [Double]) {
    count = values.count
    guard let least = values.min(), let most = values.max() else {
      (mean, deviation, range) = (nil, nil, nil)
      return
    }
    let mean = values.reduce(0, +) / Double(count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
    range = least...most
  }

  /// `0.981 ± 0.004`; without the deviation where there is none.
  package func text(_ metric: Metric) -> String {
    let center = metric.text(mean)
    guard mean != nil, let deviation else { return center }
    return "\(center) ± \(Self.spread(deviation, metric))"
  }

  /// More decimals where the usual ones would show no spread at all.
  private static func spread(_ deviation: Double, _ metric: Metric) -> String {
    guard metric.unit == .ratio, deviation > 0 else { return metric.text(deviation) }
    return (3...6).lazy.map { Digits.fixed(deviation, $0) }
      .first { text in text.contains { "123456789".contains($0) } } ?? metric.text(deviation)
  }
}
