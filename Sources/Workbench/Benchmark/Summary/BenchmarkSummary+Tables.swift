import Inspection
import Metrics

extension BenchmarkSummary {
  /// The figures that a person should see first, over seeds, with their means over data sets.
  public var headlines: Report.TableSection {
    figures(metrics.filter(\.isHeadline), "Figures", note: Self.figuresNote)
  }

  /// All tables that there is something to show in.
  var tables: [Report.TableSection] {
    let further = metrics.filter { !$0.isHeadline }
    return [
      headlines,
      further.isEmpty ? nil : figures(further, "Further figures"),
      falseAlarms.orNil, published.orNil, costs.orNil, failures.orNil, unjudged.orNil,
    ].compactMap(\.self)
  }

  private static let figuresNote =
    "Mean ± sample standard deviation over seeds; n/a where a figure is undefined. Means over data sets count each alike."

  private func figures(_ metrics: [Metric], _ heading: String, note: String = "")
    -> Report.TableSection
  {
    var table = Report.TableSection(
      heading: heading, note: note,
      columns: [Table.Column("detector"), Table.Column("data"), Table.Column("seeds", .right)]
        + metrics.map { Table.Column($0.name, .right) })
    for detector in detectors {
      let own = groups.filter { $0.detector == detector }
      for group in own {
        let cells = metrics.map { SampleStatistic(group.values($0)).text($0) }
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

  /// Promised and found, for each level of the decision.
  private var falseAlarms: Report.TableSection {
    var table = Report.TableSection(
      heading: "False alarms in good test images",
      note:
        "Expected in a good image; found on average over seeds, with 95 % intervals (Poisson for regions, which may come"
        + " in clusters; binomial for images; seeds share the images and count as one). Kept: what was found is no more"
        + " than chance allows, the held-out images that the law was learnt from included."
        + " Calibrated: with the law learnt from held-out good images; theoretical: with the law of the method.",
      columns: [
        Table.Column("detector"), Table.Column("data"), Table.Column("good images", .right),
        Table.Column("promised", .right), Table.Column("found, calibrated", .right),
        Table.Column("good images that alarm", .right), Table.Column("kept"),
        Table.Column("defects detected", .right), Table.Column("found, theoretical", .right),
        Table.Column("defects detected", .right),
      ])
    func text(_ value: Double?, _ bounds: (Double, Double)? = nil) -> String {
      guard let value else { return Digits.undefined }
      guard let bounds else { return Digits.ratio(value) }
      return "\(Digits.ratio(value)) [\(Digits.ratio(bounds.0)), \(Digits.ratio(bounds.1))]"
    }
    for group in groups {
      for count in PooledFalseAlarms.pooled(group.rows) {
        let (learnt, theory) = (count.calibrated, count.theoretical)
        table.rows.append(
          .init(cells: [
            group.detector, group.data, "\(learnt.goodImages)",
            Digits.significant(count.promised, count.promised < 1 ? 1 : 2),
            text(learnt.perImage, learnt.interval.map { ($0.lower, $0.upper) }),
            text(learnt.alarmRate, learnt.alarmInterval.map { ($0.lower, $0.upper) }),
            count.isKept.map { $0 ? "yes" : "no" } ?? Digits.undefined,
            text(learnt.detectionRate), text(theory.perImage), text(theory.detectionRate),
          ]))
      }
    }
    return table
  }

  /// Why the papers' figures are not shown, where there are some.
  var remarkOnPapers: String {
    let objections = groups.compactMap(PublishedFigures.objection).distinct
    return objections.isEmpty ? "" : "not shown: " + objections.joined(separator: "; ")
  }

  /// Beside the papers' figures, where the protocol is theirs.
  private var published: Report.TableSection {
    var table = Report.TableSection(
      heading: "Beside the papers",
      note:
        "Only where protocol and test images are those of the paper; what else differs is named.",
      columns: [
        Table.Column("detector"), Table.Column("data"), Table.Column("figure"),
        Table.Column("ours", .right), Table.Column("paper", .right),
        Table.Column("ours - paper", .right), Table.Column("what differs"),
      ])
    for detector in detectors {
      let own = groups.filter { $0.detector == detector }.flatMap(PublishedFigures.comparisons)
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

  private var costs: Report.TableSection {
    let stages = groups.flatMap(\.rows).flatMap(\.seconds.keys).distinct.sorted()
    var table = Report.TableSection(
      heading: "Costs",
      note:
        "Means over seeds. The memory is the most that the process held, what earlier runs left behind included.",
      columns: [Table.Column("detector"), Table.Column("data")]
        + stages.map { Table.Column("\($0) (s)", .right) }
        + [Table.Column("peak memory (MB)", .right), Table.Column("good images to fit on", .right)])
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

  private var failures: Report.TableSection {
    Report.TableSection(
      heading: "Runs that failed", columns: [Table.Column("run"), Table.Column("reason")],
      rows: failed.map { .init(cells: [$0.conditions.title, $0.error ?? ""]) })
  }

  private var unjudged: Report.TableSection {
    Report.TableSection(
      heading: "Test images left out",
      note: "They could not be judged; the figures are those of the others.",
      columns: [Table.Column("run"), Table.Column("reason")],
      rows: rows.flatMap { row in
        row.failures.map { .init(cells: [row.conditions.title, $0]) }
      })
  }
}
