import Foundation
import Inspection
import Torch

/// What a benchmark found, over all of its rows.
public struct BenchmarkSummary {
  /// One detector on one data set, with the rows of all seeds.
  struct Group {
    let detector: String
    let data: String
    /// Runs that have figures, by seed as planned.
    let rows: [BenchmarkRow]
    let planned: Int

    var seeds: String { rows.count == planned ? "\(planned)" : "\(rows.count) of \(planned)" }

    /// A figure of each seed that has it.
    func values(_ metric: Metric) -> [Double] {
      rows.compactMap { $0.metrics.members[metric.key]?.asNumber }
    }
  }

  let planned: [BenchmarkConditions]
  let rows: [BenchmarkRow]
  let metrics: [Metric]
  let groups: [Group]

  /// - Parameters:
  ///   - plan: all runs.
  ///   - rows: those that are finished, failed ones among them.
  public init(plan: [BenchmarkConditions], rows: [BenchmarkRow]) {
    planned = plan
    self.rows = rows
    let done = rows.filter { $0.status == .done }
    // Counts tell what figures rest on; they are no figures.
    metrics = Metric.ordered(
      Set(done.flatMap { $0.metrics.members.filter(\.value.isNumberOrNull).keys })
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

  var detectors: [String] { planned.map(\.detector).distinct }
  var failed: [BenchmarkRow] { rows.filter { $0.status == .failed } }

  /// The mean of a figure over data sets, which all count alike, for each seed that has it on all of them; then as for any
  /// figure. Nothing where a data set lacks it: a mean over fewer would not compare.
  func categoryMean(_ metric: Metric, detector: String) -> SampleStatistic {
    let own = groups.filter { $0.detector == detector }
    let means = planned.map(\.seed).distinct.compactMap { seed -> Double? in
      let values = own.compactMap { group in
        group.rows.first { $0.conditions.seed == seed }?.metrics.members[metric.key]?.asNumber
      }
      return values.count == own.count ? values.reduce(0, +) / Double(own.count) : nil
    }
    return SampleStatistic(means)
  }

  /// Writes `summary.md`, `summary.csv` and `summary.html`.
  func write(to folder: String) throws {
    try AtomicFile.write(markdown, to: "\(folder)/summary.md")
    try AtomicFile.write(csv, to: "\(folder)/summary.csv")
    try AtomicFile.write(html(), to: "\(folder)/summary.html")
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in order of its first place.
  var distinct: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
