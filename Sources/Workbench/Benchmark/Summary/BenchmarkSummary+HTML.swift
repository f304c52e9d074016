import Mustache

extension BenchmarkSummary {
  /// The summary as one HTML document that needs nothing beside it.
  ///
  /// Throws where the template cannot be parsed.
  package func html() throws -> String {
    MustacheContentTypes.register(Markup(), named: "MARKUP")
    let template = try MustacheTemplate(
      string: String(decoding: PackageResources.benchmark_mustache, as: UTF8.self))
    return template.render(view)
  }

  /// What the template asks for, by name.
  private var view: [String: Any] {
    [
      "title": title, "progress": progress,
      "facts": circumstances.map { ["name": $0.name, "value": $0.value] },
      "plots": plots.map { ["heading": $0.heading, "svg": $0.svg] },
      "hasPlots": !plots.isEmpty,
      "tables": tables.map { table in
        let styles = table.columns.map { $0.alignment == .right ? "number" : "text" }
        return [
          "heading": table.heading, "notes": table.note.isEmpty ? [] : [["text": table.note]],
          "columns": zip(table.columns, styles).map { ["text": $0.heading, "style": $1] },
          "rows": table.rows.map { row in
            [
              "style": row.isMean ? "mean" : "",
              "cells": zip(row.cells, styles).map { ["text": $0, "style": $1] },
            ] as [String: Any]
          },
        ] as [String: Any]
      },
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
      return DotPlot(metric: metric, rows: rows).svg.map { (metric.title, $0) }
    }
  }
}
