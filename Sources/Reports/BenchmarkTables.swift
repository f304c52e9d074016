import Inspection
import Metrics
import Workbench

extension BenchmarkSummary {
  /// The metrics that a person should see first, over seeds, with their means over data sets.
  package var headlines: TableSection {
    table(of: metrics.filter(\.isHeadline), "Metrics", note: Self.metricsNote)
  }

  /// All tables that there is something to show in.
  var tables: [TableSection] {
    let further = metrics.filter { !$0.isHeadline }
    return [
      headlines,
      further.isEmpty ? nil : table(of: further, "Further metrics"),
      falseAlarms.orNil, published.orNil, costs.orNil, failures.orNil, unjudged.orNil,
    ].compactMap(\.self)
  }

  private static let metricsNote =
    "Mean ± sample standard deviation over seeds; n/a where a metric is undefined. In a mean over data sets, each counts the same."

  private func table(of metrics: [Metric], _ heading: String, note: String = "")
    -> TableSection
  {
    var table = TableSection(
      heading: heading, note: note,
      columns: [Table.Column("detector"), Table.Column("data"), Table.Column("seeds", .right)]
        + metrics.map { Table.Column($0.name, .right) })
    for detector in detectors {
      let own = groups.filter { $0.detector == detector }
      for group in own {
        let cells = metrics.map { group[$0].text($0) }
        table.rows.append(.init(cells: [detector, group.data, group.seeds] + cells))
      }
      guard own.count > 1 else { continue }
      let means = metrics.map { categoryMean($0, detector: detector) }
      table.rows.append(
        .init(
          cells: [detector, "mean of \(own.count)", "\(means.map(\.count).max() ?? 0)"]
            + zip(means, metrics).map { $0.text($1) }, isMean: true))
    }
    return table
  }

  /// Expected and observed, for each level of the decision.
  private var falseAlarms: TableSection {
    var table = TableSection(
      heading: "False alarms in good test images",
      note:
        "How many regions are marked in a good image, and what share of the good images raises an alarm: the number that was"
        + " promised (expected), and the mean over seeds (observed). Calibrated means the null distribution learned from"
        + " good images, theoretical that of the method. In brackets: 95 % intervals. The test images are the same for every"
        + " seed, so that they, not their judgements, are the clusters: seeds that err on the same images count as one."
        + " Kept: the interval contains the promise or lies below it, and ends below twice the promise. Too few to tell: it"
        + " contains the promise, and reaches twice of it. Not kept: all of it lies above. By seed: the share of good images with an"
        + " alarm where it is least and where it is most. Detected is the share of defective images with an alarm.",
      columns: [
        Table.Column("detector"), Table.Column("data"), Table.Column("good images", .right),
        Table.Column("expected", .right), Table.Column("observed, calibrated", .right),
        Table.Column("kept (regions)"), Table.Column("good images with an alarm", .right),
        Table.Column("kept (images)"), Table.Column("by seed", .right),
        Table.Column("detected, calibrated", .right),
        Table.Column("observed, theoretical", .right),
        Table.Column("detected, theoretical", .right),
      ])
    func text(_ value: Double?, _ bounds: (Double, Double)? = nil) -> String {
      guard let value else { return Digits.undefined }
      guard let bounds else { return Digits.ratio(value) }
      return "\(Digits.ratio(value)) [\(Digits.ratio(bounds.0)), \(Digits.ratio(bounds.1))]"
    }
    for group in groups {
      for count in group.falseAlarms {
        table.rows.append(
          .init(cells: [
            group.detector, group.data, "\(count.goodImages)", Digits.shortest(count.expected),
            text(count.perImage, count.interval.map { ($0.lower, $0.upper) }),
            count.regionVerdict?.description ?? Digits.undefined,
            text(count.alarmRate, count.alarmInterval.map { ($0.lower, $0.upper) }),
            count.imageVerdict?.description ?? Digits.undefined,
            count.alarmRange.map {
              "\(Digits.ratio($0.lowerBound)) to \(Digits.ratio($0.upperBound))"
            }
              ?? Digits.undefined,
            text(count.detectionRate), text(count.theoretical),
            text(count.theoreticalDetectionRate),
          ]))
      }
    }
    return table
  }

  /// Why the papers' metrics are not shown, where there are some.
  var remarkOnPapers: String {
    let objections = groups.compactMap(PublishedMetrics.objection).distinct
    return objections.isEmpty ? "" : "not compared: " + objections.joined(separator: "; ")
  }

  /// Beside the papers' metrics, where the protocol is theirs.
  private var published: TableSection {
    var table = TableSection(
      heading: "Compared with the papers",
      note:
        "Shown only where the protocol and the test images are those of the paper; other differences are listed.",
      columns: [
        Table.Column("detector"), Table.Column("data"), Table.Column("metric"),
        Table.Column("ours", .right), Table.Column("paper", .right),
        Table.Column("difference", .right), Table.Column("what differs"),
      ])
    for detector in detectors {
      let own = groups.filter { $0.detector == detector }.flatMap(PublishedMetrics.comparisons)
      for comparison in own { table.rows.append(.init(cells: [detector] + comparison.cells)) }
      for metric in own.map(\.metric).distinct {
        let means = PublishedComparison.mean(of: own.filter { $0.metric == metric })
        if let means { table.rows.append(.init(cells: [detector] + means.cells, isMean: true)) }
      }
      let sources = own.map(\.source).distinct
      if !sources.isEmpty { table.note += " \(detector): \(sources.joined(separator: "; "))." }
    }
    return table
  }

  private var costs: TableSection {
    let stages = groups.flatMap(\.rows).flatMap(\.seconds.keys).distinct.sorted()
    var table = TableSection(
      heading: "Costs",
      note:
        "Means over seeds. Peak memory is the most that the process of a run held.",
      columns: [Table.Column("detector"), Table.Column("data")]
        + stages.map { Table.Column("\($0) (s)", .right) }
        + [Table.Column("peak memory (MB)", .right), Table.Column("images to fit on", .right)])
    for group in groups where !group.rows.isEmpty {
      let mean = { (values: [Double], digits: Int) in
        Digits.fixed(SampleStatistic(values).mean ?? .nan, digits)
      }
      let seconds = stages.map { stage in mean(group.rows.compactMap { $0.seconds[stage] }, 1) }
      table.rows.append(
        .init(
          cells: [group.detector, group.data] + seconds + [
            mean(group.rows.compactMap(\.peakMemoryMB), 0),
            mean(group.rows.compactMap { $0.fittingImages.map(Double.init) }, 0),
          ]))
    }
    return table
  }

  private var failures: TableSection {
    TableSection(
      heading: "Runs that failed", columns: [Table.Column("run"), Table.Column("reason")],
      rows: failed.map { .init(cells: [$0.conditions.title, $0.error ?? ""]) })
  }

  private var unjudged: TableSection {
    TableSection(
      heading: "Test images left out",
      note: "These images or masks could not be used; the metrics cover the others.",
      columns: [Table.Column("run"), Table.Column("reason")],
      rows: rows.flatMap { row in
        row.failures.map { .init(cells: [row.conditions.title, $0]) }
      })
  }
}

extension BenchmarkSummary.Group {
  /// How many of the planned seeds are done.
  fileprivate var seeds: String {
    rows.count == planned ? "\(planned)" : "\(rows.count) of \(planned)"
  }
}

extension PublishedComparison {
  /// Data, metric, ours, theirs, ours less theirs, what differs.
  fileprivate var cells: [String] {
    [
      data, metric.name, ours.text(metric), Digits.fixed(published, 4), difference,
      differences.isEmpty ? "nothing known" : differences.joined(separator: "; "),
    ]
  }

  private var difference: String {
    guard let mean = ours.mean else { return Digits.undefined }
    let text = Digits.fixed(mean - published, 4)
    return mean > published && text.contains { "123456789".contains($0) } ? "+" + text : text
  }
}
