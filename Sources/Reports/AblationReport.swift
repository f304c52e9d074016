import Torch
import Workbench

extension AblationSummary {
  /// One row for each variant and data set: mean ± sample standard deviation over seeds.
  package var table: TableSection {
    let measured = Set(rows.flatMap { $0.metrics?.metrics ?? [] })
    let metrics = [Metric.imageAUROC, .pixelAUROC, .aupro].filter(measured.contains)
    var table = TableSection(
      heading: "Metrics",
      note:
        "Mean ± sample standard deviation over seeds. The folder of each variant has all of its metrics and settings.",
      columns: [
        Table.Column("variant"), Table.Column("what is different"), Table.Column("data"),
        Table.Column("seeds", .right),
      ] + metrics.map { Table.Column($0.name, .right) })
    for data in rows.map(\.conditions.data).distinct {
      for result in results {
        let own = result.rows.filter { $0.conditions.data == data }
        let done = own.filter { $0.status == .done }
        let seeds = done.count == own.count ? "\(own.count)" : "\(done.count) of \(own.count)"
        let cells = metrics.map { metric in
          SampleStatistic(done.compactMap { $0.metrics?[metric] }).text(metric)
        }
        table.rows.append(
          .init(cells: [result.variant.name, result.variant.change, data, seeds] + cells))
      }
    }
    return table
  }

  /// Writes `summary.md`.
  ///
  /// - Throws: `StorageError` where it cannot be written.
  package func write(to folder: String) throws {
    try AtomicFile.write(
      "# Ablations of \(detector)\n\n\(table.markdown)", to: "\(folder)/summary.md")
  }
}
