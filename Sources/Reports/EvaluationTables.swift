import Inspection
import Metrics
import Workbench

extension Evaluation {
  /// The headlines as a table for a terminal.
  package var table: Table {
    var table = Table([
      Table.Column("metric"), Table.Column("value", .right), Table.Column("meaning"),
    ])
    let metrics = metrics
    for metric in metrics.metrics.filter(\.isHeadline) {
      table.add([metric.name, metric.text(metrics[metric]), metric.meaning])
    }
    return table
  }

  /// What is no headline, likewise.
  package var furtherSection: TableSection {
    let metrics = metrics
    return TableSection(
      heading: "Further metrics",
      columns: [Table.Column("metric"), Table.Column("value", .right), Table.Column("meaning")],
      rows: metrics.metrics.filter { !$0.isHeadline && metrics[$0] != nil }.map {
        .init(cells: [$0.name, $0.text(metrics[$0]), $0.meaning])
      }, isFolded: true)
  }

  /// What the metrics of pixels leave out; nil where every defective image has a mask, or none has.
  package var maskNote: String? {
    let missing = defective.images - maskedImages
    guard missing > 0, maskedImages > 0 else { return nil }
    return "\(missing) of \(defective.images) defective images have no mask: metrics of pixels and"
      + " masks are computed without them."
  }

  /// False alarms expected and observed, for each null distribution and level.
  package var falseAlarmSection: TableSection {
    // The other would only frighten those who do not decide by it.
    let null =
      if case .falseAlarms(_, let null, _, _) = decision { null } else {
        Decision.NullDistribution.calibrated
      }
    return TableSection(
      heading: "Promises",
      note: (reach.map { $0 + " " } ?? "")
        + (good.images > 0
          ? "The table shows how many regions are marked in a good test image, and what share of these \(good.images) images"
            + " raises an alarm, with 95 % intervals; neither should exceed the promise. Kept: the interval contains the promise or"
            + " lies below it, and ends below twice of it. Too few to tell: it contains the promise, and reaches twice of it. Not"
            + " kept: all of it lies above. Detected is the share of defective images with an alarm.\(shiftNote)"
          : "There are no good test images to count false alarms in."),
      columns: [
        Table.Column("null"), Table.Column("promise", .right),
        Table.Column("regions in an image", .right),
        Table.Column("kept (regions)"), Table.Column("images that alarm", .right),
        Table.Column("kept (images)"), Table.Column("detected", .right),
      ],
      rows: falseAlarms.compactMap { count in
        (null == .calibrated ? count.calibrated : count.theoretical)
          .map { row(null, expected: count.expected, $0) }
      },
      isBroad: true)
  }

  /// Why the calibrated numbers may not hold for these images; empty where nothing speaks against them.
  private var shiftNote: String {
    guard let shift = predictions.shift, shift.isFound else { return "" }
    return " Beware: \(shift)."
      + " `blemish calibrate` renews the calibration with good images like these."
  }

  private func row(
    _ null: Decision.NullDistribution, expected: Double, _ observed: FalseAlarmCount.Observed
  ) -> TableSection.Row {
    // Where there is no room, the line breaks before the interval, not within it.
    func text(_ rate: Double, _ lower: Double, _ upper: Double) -> String {
      "\(Digits.ratio(rate)) (\(Digits.ratio(lower))\u{a0}to\u{a0}\(Digits.ratio(upper)))"
    }
    func told(_ lower: Double, _ upper: Double) -> String {
      PromiseVerdict(promise: expected, lower: lower, upper: upper).description
    }
    let counts = observed.counts
    let (regions, images) = (counts?.perImage, counts?.alarmRate)
    return .init(cells: [
      null.rawValue, Digits.shortest(expected),
      regions.map { text($0.rate, $0.lower, $0.upper) } ?? Digits.undefined,
      regions.map { told($0.lower, $0.upper) } ?? Digits.undefined,
      images.map { text($0.rate ?? 0, $0.lower, $0.upper) } ?? Digits.undefined,
      // A share of at most 1 promises nothing.
      expected < 1 ? images.map { told($0.lower, $0.upper) } ?? Digits.undefined : Digits.undefined,
      Self.ratio(observed.detectionRate),
    ])
  }

  /// The metrics of each kind of defect.
  package var defectSection: TableSection {
    TableSection(
      heading: "Kinds of defect",
      note: "The images and pixels of each kind against those of all good images.",
      columns: [
        Table.Column("defect"), Table.Column("images", .right), Table.Column("detected", .right),
        Table.Column("image AUROC", .right), Table.Column("pixel AUROC", .right),
        Table.Column("AUPRO", .right), Table.Column("AUPIMO", .right),
        Table.Column("mIoU", .right),
      ],
      rows: defects.sorted { $0.key < $1.key }.map { kind, defect in
        let metrics = [
          defect.detectionRate, defect.imageAUROC, defect.pixelAUROC, defect.aupro, defect.aupimo,
          defect.mIoU,
        ]
        return .init(cells: [kind, "\(defect.images)"] + metrics.map(Self.ratio))
      })
  }

  /// What raised the alarms; nothing where there is one scale only.
  package var scaleSection: TableSection {
    TableSection(
      heading: "What raised the alarm",
      note: "Images, by the scale at which their strongest region was found.",
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
