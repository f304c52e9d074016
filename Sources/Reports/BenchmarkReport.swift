import Inspection
import Torch
import Workbench

extension BenchmarkSummary {
  var title: String {
    "\(detectors.joined(separator: ", ")) on \(planned.map(\.data).distinct.joined(separator: ", "))"
  }

  /// How many of the planned runs there are.
  var progress: String {
    let done = rows.count - failed.count
    return "\(done) of \(planned.count) runs done"
      + (failed.isEmpty ? "." : ", \(failed.count) failed.")
  }

  /// What the metrics were made with.
  var circumstances: [Report.Row] {
    guard let plan = planned.first else { return [] }
    let settings = planned.map {
      Report.Row("Settings of \($0.detector)", $0.settings.plain)
    }.distinct
    func list<T: Hashable>(_ values: [T]) -> String {
      values.distinct.map { "\($0)" }.joined(separator: "; ")
    }
    let hashes = planned.compactMap { condition in
      condition.dataSHA256.map { "\(condition.data) \($0.prefix(12))" }
    }
    var facts = [
      Report.Row("Protocol", "\(plan.protocol.rawValue): \(plan.protocol.meaning)"),
      Report.Row(
        "Epochs",
        list(
          rows.compactMap(\.selection).map {
            $0.hasPrefix("selected") ? "selected on test data" : $0
          })),
      Report.Row("Image size", "\(plan.width) x \(plan.height) pixels, whole images"),
      Report.Row(
        "Calibrated on",
        plan.holdOut.map { "\(Digits.significant($0 * 100, 3)) % of the good images, held out" }
          ?? "all good images by folds, or a tenth that is held out"),
      Report.Row("Seeds", planned.map(\.seed).distinct.map { "\($0)" }.joined(separator: ", ")),
    ]
    facts += settings
    facts += [
      Report.Row("Data (SHA-256)", list(hashes)),
      Report.Row("The papers", remarkOnPapers),
      Report.Row("Device", plan.device),
      Report.Row(
        "Machine",
        list(rows.map { "\($0.processor), \($0.threads) thread\($0.threads == 1 ? "" : "s")" })),
      Report.Row(
        "Versions", list(rows.map { "Blemish \($0.conditions.blemish), libtorch \($0.libtorch)" })),
    ]
    return facts.filter { !$0.value.isEmpty }
  }

  package var markdown: String {
    let facts = circumstances.map { "- \($0.name): \($0.value)" }.joined(separator: "\n")
    return (["# \(title)\n\n\(progress)\n\n\(facts)\n"] + tables.map(\.markdown))
      .joined(separator: "\n")
  }
}

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

extension BenchmarkSummary {
  /// One line a run, a column for each metric, in full precision.
  package var csv: String {
    let columns = rows.map { $0.metrics?.columns ?? [] }
    let names = columns.flatMap { $0.map(\.name) }.distinct
    let stages = rows.flatMap(\.seconds.keys).distinct.sorted()
    var table = CSV(
      ["detector", "data", "seed", "protocol", "status", "selectedOnTestData"] + names
        + stages.map { "seconds.\($0)" } + [
          "peakMemoryMB", "threads", "processor", "dataSHA256", "error",
        ])
    for (row, columns) in zip(rows, columns) {
      let conditions = row.conditions
      let values = Dictionary(columns.map { ($0.name, $0.value) }) { first, _ in first }
      let numbers =
        names.map { values[$0] ?? nil } + stages.map { row.seconds[$0] } + [row.peakMemoryMB]
      table.add(
        [
          .text(conditions.detector), .text(conditions.data), .text("\(conditions.seed)"),
          .text(conditions.protocol.rawValue), .text(row.status.rawValue),
          .text("\(row.selectedOnTestData)"),
        ] + numbers.map { $0.map(CSV.Cell.number) ?? .text(Digits.undefined) } + [
          .number(Double(row.threads)), .text(row.processor),
          .text(conditions.dataSHA256 ?? Digits.undefined), .text(row.error ?? ""),
        ])
    }
    return table.description
  }

  /// Writes `summary.md`, `summary.csv` and `summary.html`.
  ///
  /// - Throws: `StorageError` that names the file that cannot be written.
  package func write(to folder: String) throws {
    try AtomicFile.write(markdown, to: "\(folder)/summary.md")
    try AtomicFile.write(csv, to: "\(folder)/summary.csv")
    try AtomicFile.write(html(), to: "\(folder)/summary.html")
  }
}

extension JSONValue {
  /// The value on one line, without quotes and braces.
  fileprivate var plain: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.isEmpty ? "none" : values.map(\.plain).joined(separator: "+")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.plain)" }
        .joined(separator: ", ")
    }
  }
}
