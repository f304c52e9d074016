extension Comparison {
  /// The figures as a table for a terminal, the best of each marked with a star.
  public var table: Table {
    var table = Table(
      [Table.Column("figure")]
        + runs.indices.map { Table.Column("\(letter($0)) \(runs[$0].name) ", .right) })
    for row in figureRows {
      table.add(
        [row.metric.name]
          + runs.indices.map { run in
            row.metric.text(row.values[run]) + (row.best.contains(run) ? "*" : " ")
          })
    }
    return table
  }
}
