import Metrics

extension Evaluation {
  /// The figures as a table for a terminal.
  public var table: Table {
    var table = Table([
      Table.Column("figure"), Table.Column("value", .right), Table.Column("meaning"),
    ])
    for figure in figures { table.add([figure.name, figure.text, figure.meaning]) }
    return table
  }

  /// False alarms promised and found.
  public var falseAlarmTable: Table {
    var table = Table([
      Table.Column("false alarms promised", .right), Table.Column("found", .right),
      Table.Column("95 % interval", .right), Table.Column("defects detected", .right),
      Table.Column("found by theory", .right), Table.Column("detected", .right),
    ])
    for count in falseAlarms {
      let interval = count.calibrated.perImage
      table.add([
        Digits.significant(count.promised, 2), ratio(interval?.rate),
        interval.map { "\(Digits.ratio($0.lower)) to \(Digits.ratio($0.upper))" }
          ?? Digits.undefined,
        ratio(count.calibrated.detectionRate), ratio(count.theoretical?.perImage?.rate),
        ratio(count.theoretical?.detectionRate),
      ])
    }
    return table
  }

  /// The figures of each kind of defect.
  public var defectTable: Table {
    var table = Table([
      Table.Column("defect"), Table.Column("images", .right), Table.Column("detected", .right),
      Table.Column("image AUROC", .right), Table.Column("pixel AUROC", .right),
      Table.Column("AUPRO", .right), Table.Column("mIoU", .right),
    ])
    for defect in defects {
      table.add([
        defect.kind, "\(defect.images)", ratio(defect.detectionRate), ratio(defect.imageAUROC),
        ratio(defect.pixelAUROC), ratio(defect.aupro), ratio(defect.meanIoU),
      ])
    }
    return table
  }

  private func ratio(_ value: Double?) -> String {
    value.map { Digits.ratio($0) } ?? Digits.undefined
  }
}
