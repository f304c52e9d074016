/// A figure of ours beside a published one.
struct PublishedComparison {
  let data: String
  let metric: Metric
  let ours: SampleStatistic
  let published: Double
  let source: String
  /// What was otherwise than in the paper.
  let differences: [String]

  /// Data, figure, ours, theirs, ours less theirs, what differs.
  var cells: [String] {
    [
      data, metric.name, ours.text(metric), Digits.fixed(published, 4), difference,
      differences.isEmpty ? "nothing that is known" : differences.joined(separator: "; "),
    ]
  }

  private var difference: String {
    guard let mean = ours.mean else { return Digits.undefined }
    let text = Digits.fixed(mean - published, 4)
    return mean > published && text.contains { "123456789".contains($0) } ? "+" + text : text
  }

  /// Both means over the categories that were compared; nil where there is but one.
  static func mean(of comparisons: [PublishedComparison]) -> PublishedComparison? {
    guard let first = comparisons.first, comparisons.count > 1 else { return nil }
    let mean = comparisons.map(\.published).reduce(0, +) / Double(comparisons.count)
    let ours = comparisons.compactMap(\.ours.mean).reduce(0, +) / Double(comparisons.count)
    return PublishedComparison(
      data: "mean of \(comparisons.count)", metric: first.metric, ours: SampleStatistic([ours]),
      published: mean, source: first.source, differences: ["as above"])
  }
}
