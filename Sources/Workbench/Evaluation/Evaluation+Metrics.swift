import Inspection

extension Evaluation {
  /// The figures of `metrics.json`; null where one is undefined.
  public var metrics: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
    return .object([
      "imageAUROC": number(imageAUROC), "pixelAUROC": number(pixelAUROC), "aupro": number(aupro),
      "goodImages": .integer(good.images), "defectiveImages": .integer(defective.images),
      "detectionRate": number(defective.rate), "falseAlarmRate": number(good.rate),
      "falseAlarmPixelsPerImage": number(falseAlarmPixelsPerImage),
      "falseAlarmRegionsPerImage": number(falseAlarmRegionsPerImage),
      "millisecondsPerImage": number(predictions.millisecondsPerImage),
      "failedImages": .integer(predictions.failures.count),
    ])
  }

  /// The figures as a table for a terminal.
  public var table: Table {
    var table = Table([
      Table.Column("figure"), Table.Column("value", .right), Table.Column("meaning"),
    ])
    for figure in figures { table.add([figure.name, figure.text, figure.meaning]) }
    return table
  }

  /// The figures that a person reads first.
  public var figures: [Report.Figure] {
    [
      Report.Figure("image AUROC", imageAUROC, meaning: "defective images score above good ones"),
      Report.Figure("pixel AUROC", pixelAUROC, meaning: "defective pixels score above good ones"),
      Report.Figure(
        "AUPRO", aupro, meaning: "defects are covered, up to 30 % false positive pixels"),
      Report.Figure(
        "detection rate", defective.rate, meaning: "defective images that raise an alarm"),
      Report.Figure("false alarm rate", good.rate, meaning: "good images that raise an alarm"),
      Report.Figure(
        "false alarms per image", falseAlarmRegionsPerImage,
        meaning: "regions marked in a good image, on average"),
      Report.Figure(
        "time per image", predictions.millisecondsPerImage, unit: .milliseconds,
        meaning: "without reading and writing files"),
    ]
  }
}
