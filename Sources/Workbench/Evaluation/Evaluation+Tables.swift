import Inspection
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

  /// False alarms promised and found, for each law and level.
  public var falseAlarmSection: Report.TableSection {
    let laws:
      [(law: Decision.NullDistribution, found: (FalseAlarmCount) -> FalseAlarmCount.Found?)] = [
        (.calibrated, { $0.calibrated }), (.theoretical, { $0.theoretical }),
      ]
    return Report.TableSection(
      heading: "False alarms",
      note: good.images > 0
        ? "Promised and found in a good image, on average over \(good.images). Kept: what was found is no more"
          + " than chance allows, the \(calibrationImages) images that the calibrated law rests on"
          + " included."
        : "There is no good image to count false alarms in.",
      columns: [
        Table.Column("law"), Table.Column("promised", .right),
        Table.Column("found (95 % interval)", .right), Table.Column("kept"),
        Table.Column("defects detected", .right),
      ],
      rows: laws.flatMap { law, found in
        falseAlarms.compactMap { count in
          found(count).map { row(law, promised: count.promised, $0) }
        }
      })
  }

  private func row(
    _ law: Decision.NullDistribution, promised: Double, _ found: FalseAlarmCount.Found
  ) -> Report.TableSection.Row {
    // Where there is no room, the line breaks before the interval, not within it.
    let interval = found.perImage.map {
      "\(Digits.ratio($0.rate)) (\(Digits.ratio($0.lower))\u{a0}to\u{a0}\(Digits.ratio($0.upper)))"
    }
    return .init(cells: [
      law.rawValue, Digits.significant(promised, 1), interval ?? Digits.undefined,
      found.keeps(promised, learntFrom: law == .calibrated ? calibrationImages : nil)
        .map { $0 ? "yes" : "no" } ?? Digits.undefined,
      Self.ratio(found.detectionRate),
    ])
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

  /// What raised the alarms; nothing where there is one scale only.
  public var scaleSection: Report.TableSection {
    Report.TableSection(
      heading: "What raised the alarm",
      note: "Images by the scale of their strongest region.",
      columns: [
        Table.Column("scale"), Table.Column("defective images", .right),
        Table.Column("good images", .right),
      ],
      rows: scales.count > 1
        ? scales.map { .init(cells: [$0.name, "\($0.defectiveImages)", "\($0.goodImages)"]) } : [])
  }

  private static func ratio(_ value: Double?) -> String {
    value.map(Digits.ratio) ?? Digits.undefined
  }
}
