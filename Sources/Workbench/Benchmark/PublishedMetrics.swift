import Detectors
import Foundation
import Inspection

/// What a paper gives for the categories of MVTec AD, and what they were made with.
package struct PublishedMetrics: Decodable {
  struct Backbone: Decodable {
    let id: String
    let name: String
  }

  let detector: String
  let source: String
  let `protocol`: BenchmarkProtocol
  /// Nil where the method has none.
  let backbone: Backbone?
  let width: Int
  let height: Int
  /// What else differs from a benchmark of ours, for all metrics and for single ones.
  let remarks: [String]
  let metricRemarks: [String: [String]]
  /// Ids, in the order of the figures.
  let metrics: [String]
  /// Of each category.
  let figures: [String: [Double]]

  static let all: [PublishedMetrics] = PublishedTables.all.map { decoded($0) }

  /// Good and defective test images of each category.
  static let testImages: [String: [Int]] = decoded(PackageResources.mvtec_json)

  private static func decoded<Value: Decodable>(_ bytes: [UInt8]) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
      preconditionFailure("a table of published metrics is damaged: \(error)")
    }
  }

  /// Our metrics beside those of the method's paper; none where the protocol or the data are others.
  package static func comparisons(of group: BenchmarkSummary.Group) -> [PublishedComparison] {
    all.flatMap { $0.comparisons(of: group) }
  }

  private func comparisons(of group: BenchmarkSummary.Group) -> [PublishedComparison] {
    guard let row = group.rows.first, group.detector == detector, let theirs = figures[group.data],
      group.rows.allSatisfy({ $0.conditions.protocol == self.protocol && Self.isCategory($0) })
    else { return [] }
    return zip(metrics, theirs).compactMap { key, published in
      let metric = Metric.named(key)
      let ours = group[metric]
      guard ours.mean != nil else { return nil }
      return PublishedComparison(
        data: group.data, metric: metric, ours: ours, published: published,
        source: ([source] + remarks).joined(separator: ", "),
        differences: differences(row) + (metricRemarks[key] ?? []))
    }
  }

  /// Why metrics of the group's method are held back; nil where there are none, or they are shown.
  package static func objection(to group: BenchmarkSummary.Group) -> String? {
    let known = all.filter { $0.detector == group.detector && $0.figures[group.data] != nil }
    guard let row = group.rows.first, !known.isEmpty else { return nil }
    guard known.contains(where: { $0.protocol == row.conditions.protocol }) else {
      return "the paper used another protocol; --protocol paper compares with it"
    }
    guard let bad = group.rows.first(where: { !isCategory($0) }) else { return nil }
    return
      "the test images of \(bad.conditions.data) are not those of the MVTec AD category of that name"
  }

  /// Whether the test images are as many as the category of that name has, those left out among them.
  private static func isCategory(_ row: BenchmarkRow) -> Bool {
    let counts = [Metric.goodImages, .defectiveImages, .failedImages].map { metric in
      Int(row.metrics?[metric] ?? 0)
    }
    guard let images = testImages[row.conditions.data] else { return false }
    return counts.reduce(0, +) == images[0] + images[1]
      && counts[0] <= images[0] && counts[1] <= images[1]
  }

  /// What a run did otherwise than the paper.
  private func differences(_ row: BenchmarkRow) -> [String] {
    let conditions = row.conditions
    var differences: [String] = []
    if conditions.backbone?.id != backbone?.id || conditions.width != width
      || conditions.height != height
    {
      let setup = { (name: String?, width: Int, height: Int) in
        (name.map { "\($0) " } ?? "") + (width == height ? "\(width)" : "\(width) x \(height)")
          + " px"
      }
      differences.append(
        "paper: \(setup(backbone?.name, width, height));"
          + " ours: \(setup(conditions.backbone?.id, conditions.width, conditions.height))")
    }
    if !row.failures.isEmpty { differences.append("ours: \(row.failures.count) images left out") }
    return differences
  }
}

/// A metric of ours beside a published one.
package struct PublishedComparison {
  package let data: String
  package let metric: Metric
  package let ours: SampleStatistic
  package let published: Double
  package let source: String
  /// What was otherwise than in the paper.
  package let differences: [String]

  /// Both means over the categories that were compared; nil where there is but one.
  package static func mean(of comparisons: [PublishedComparison]) -> PublishedComparison? {
    guard let first = comparisons.first, comparisons.count > 1 else { return nil }
    let mean = comparisons.map(\.published).reduce(0, +) / Double(comparisons.count)
    let ours = comparisons.compactMap(\.ours.mean).reduce(0, +) / Double(comparisons.count)
    return PublishedComparison(
      data: "mean of \(comparisons.count)", metric: first.metric, ours: SampleStatistic([ours]),
      published: mean, source: first.source, differences: ["as above"])
  }
}
