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
  public var falseAlarmSection: Report.TableSection {
    let hasTheory = falseAlarms.contains { $0.theoretical != nil }
    let theory = [
      Table.Column("found by theory (95 % interval)", .right),
      Table.Column("defects detected", .right),
    ]
    return Report.TableSection(
      heading: "False alarms", note: falseAlarmNote,
      columns: [
        Table.Column("false alarms promised", .right),
        Table.Column("found (95 % interval)", .right), Table.Column("defects detected", .right),
      ] + (hasTheory ? theory : []),
      rows: falseAlarms.map { count in
        let laws = [count.calibrated] + (hasTheory ? [count.theoretical] : [])
        return .init(cells: [Digits.significant(count.promised, 1)] + laws.flatMap(Self.cells))
      })
  }

  private static func cells(_ found: FalseAlarmCount.Found?) -> [String] {
    let interval = found?.perImage.map {
      "\(Digits.ratio($0.rate)) (\(Digits.ratio($0.lower)) to \(Digits.ratio($0.upper)))"
    }
    return [interval ?? Digits.undefined, ratio(found?.detectionRate)]
  }

  /// Whether promises are kept, in a sentence.
  private var falseAlarmNote: String {
    guard good.images > 0 else { return "There is no good image to count false alarms in." }
    func broken(_ name: String, _ found: (FalseAlarmCount) -> FalseAlarmCount.Found?) -> String? {
      let excesses = falseAlarms.compactMap { count in
        found(count)?.perImage.map { $0.lower > count.promised }
      }
      let levels = excesses.contains(true) ? "\(excesses.count { $0 }) of \(excesses.count)" : "no"
      return excesses.isEmpty ? nil : "\(levels) levels by the \(name) law"
    }
    let laws = [broken("calibrated") { $0.calibrated }, broken("theoretical") { $0.theoretical }]
    return "Regions marked in a good image, on average over \(good.images). Chance aside, more were found"
      + " than promised at \(laws.compactMap(\.self).joined(separator: " and "))."
  }

  /// The figures of each kind of defect.
  public var defectSection: Report.TableSection {
    Report.TableSection(
      heading: "Kinds of defect",
      note: "Images and pixels of one kind against those of all good images.",
      columns: [
        Table.Column("defect"), Table.Column("images", .right), Table.Column("detected", .right),
        Table.Column("image AUROC", .right), Table.Column("pixel AUROC", .right),
        Table.Column("AUPRO", .right), Table.Column("mIoU", .right),
      ],
      rows: defects.map { defect in
        let figures = [
          defect.detectionRate, defect.imageAUROC, defect.pixelAUROC, defect.aupro, defect.meanIoU,
        ]
        return .init(cells: [defect.kind, "\(defect.images)"] + figures.map(Self.ratio))
      })
  }

  private static func ratio(_ value: Double?) -> String {
    value.map(Digits.ratio) ?? Digits.undefined
  }
}
