import Foundation
import Inspection

/// The figures that a paper gives for the categories of MVTec AD, and what they were made with.
struct PublishedFigures: Decodable {
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
  /// What else differs from a benchmark of ours, for all figures and for single ones.
  let remarks: [String]
  let metricRemarks: [String: [String]]
  /// Names of ``Evaluation/metrics``, in the order of the figures.
  let metrics: [String]
  /// Of each category.
  let figures: [String: [Double]]

  static let all: [PublishedFigures] = [
    PackageResources.uflow_json, PackageResources.anomalyhop_json, PackageResources.piade_json,
  ].map { decoded($0) }

  /// Good and defective test images of each category.
  static let testImages: [String: [Int]] = decoded(PackageResources.mvtec_json)

  private static func decoded<Value: Decodable>(_ bytes: [UInt8]) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
      preconditionFailure("a table of published figures is damaged: \(error)")
    }
  }

  /// Our figures beside those of the method's paper; none where the protocol or the data set is another.
  static func comparisons(of group: BenchmarkSummary.Group) -> [PublishedComparison] {
    all.flatMap { $0.comparisons(of: group) }
  }

  private func comparisons(of group: BenchmarkSummary.Group) -> [PublishedComparison] {
    guard let row = group.rows.first, group.detector == detector, let theirs = figures[group.data],
      group.rows.allSatisfy({ $0.conditions.protocol == self.protocol })
    else { return [] }
    return zip(metrics, theirs).compactMap { key, published in
      let metric =
        BenchmarkMetric.known.first { $0.key == key } ?? BenchmarkMetric(key: key, title: key)
      let ours = SampleStatistic(group.values(metric))
      guard ours.mean != nil else { return nil }
      return PublishedComparison(
        data: group.data, metric: metric, ours: ours, published: published, source: source,
        differences: differences(row) + remarks + (metricRemarks[key] ?? []))
    }
  }

  /// What a run did otherwise than the paper.
  private func differences(_ row: BenchmarkRow) -> [String] {
    let conditions = row.conditions
    let (width, height) = (conditions.width, conditions.height)
    var differences: [String] = []
    let isSameBackbone = conditions.backbone?.id == backbone?.id
    if !isSameBackbone || (width, height) != (self.width, self.height) {
      let setup = { (name: String?, width: Int, height: Int) in
        (name.map { "\($0) " } ?? "") + (width == height ? "\(width)" : "\(width) x \(height)")
          + " px"
      }
      differences.append(
        "paper: \(setup(backbone?.name, self.width, self.height));"
          + " ours: \(setup(conditions.backbone?.id, width, height))")
    }
    let counts = ["goodImages", "defectiveImages"].map { row.metrics.members[$0]?.asNumber ?? 0 }
    if let theirs = Self.testImages[conditions.data], theirs.map(Double.init) != counts {
      differences.append(
        "MVTec AD has \(theirs[0]) good and \(theirs[1]) defective test images here;"
          + " ours: \(Int(counts[0])) and \(Int(counts[1]))")
    }
    return differences
  }
}
