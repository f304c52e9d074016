extension BenchmarkSummary {
  /// The summary as one HTML document that needs nothing beside it.
  ///
  /// Throws where the template cannot be parsed.
  package func html() throws -> String {
    try Templates.render("benchmark", view)
  }

  /// What the template asks for, by name.
  private var view: [String: Any] {
    [
      "title": title, "progress": progress,
      "facts": circumstances.map { ["name": $0.name, "value": $0.value] },
      "plots": plots.map { ["heading": $0.heading, "svg": $0.svg] },
      "hasPlots": !plots.isEmpty,
      "tables": tables.map(\.view),
    ]
  }

  private var plots: [(heading: String, svg: String)] {
    let order = detectors
    return metrics.filter(\.isHeadline).compactMap { metric in
      let rows = groups.map { group in
        DotPlot.Row(
          label: order.count > 1 ? "\(group.data), \(group.detector)" : group.data,
          series: order.firstIndex(of: group.detector) ?? 0, values: group.values(metric))
      }
      return DotPlot(metric: metric, rows: rows).svg.map { (metric.name, $0) }
    }
  }
}
