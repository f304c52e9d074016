import Inspection
import Torch

/// What an ablation study found.
public struct AblationSummary {
  public struct Result {
    public let variant: AblationStudy.Variant
    /// Of all data sets and seeds.
    public let rows: [BenchmarkRow]
  }

  public let title: String
  public var results: [Result] = []

  init(title: String) { self.title = title }

  public var rows: [BenchmarkRow] { results.flatMap(\.rows) }

  /// One row for each variant and data set: mean ± sample standard deviation over seeds.
  public var table: Report.TableSection {
    let metrics = Metric.ordered(
      Set(rows.flatMap { $0.metrics.members.filter(\.value.isNumberOrNull).keys })
    ).filter { ["imageAUROC", "pixelAUROC", "aupro"].contains($0.key) }
    var table = Report.TableSection(
      heading: "Figures", note: Self.note,
      columns: [
        Table.Column("variant"), Table.Column("what is otherwise"), Table.Column("data"),
        Table.Column("seeds", .right),
      ] + metrics.map { Table.Column($0.name, .right) })
    for data in rows.map(\.conditions.data).distinct {
      for result in results {
        let own = result.rows.filter { $0.conditions.data == data }
        let done = own.filter { $0.status == .done }
        let seeds = done.count == own.count ? "\(own.count)" : "\(done.count) of \(own.count)"
        let cells = metrics.map { metric in
          SampleStatistic(done.compactMap { $0.metrics.members[metric.key]?.asNumber })
            .text(metric)
        }
        table.rows.append(
          .init(cells: [result.variant.name, result.variant.change, data, seeds] + cells))
      }
    }
    return table
  }

  private static let note =
    "Mean ± sample standard deviation over seeds. Each variant's own folder has all figures and settings."

  /// Writes `summary.md`.
  func write(to folder: String) throws {
    try AtomicFile.write("# \(title)\n\n\(table.markdown)", to: "\(folder)/summary.md")
  }
}
