import Foundation
import Inspection
import Metrics

extension Evaluation {
  /// The figures of `metrics.json`; null where one is undefined.
  public var metrics: JSONValue {
    let (imageF1, pixelF1) = (images.f1Max, pixels.f1Max)
    return .object([
      "imageAUROC": number(images.auroc), "imageAP": number(images.averagePrecision),
      "imageAUPR": number(images.areaUnderPrecisionRecall), "imageF1Max": number(imageF1?.value),
      "imageF1MaxThreshold": number(imageF1.map { Double($0.threshold) }),
      "pixelAUROC": number(pixels.auroc), "pixelAP": number(pixels.averagePrecision),
      "pixelAUPR": number(pixels.areaUnderPrecisionRecall), "pixelF1Max": number(pixelF1?.value),
      "pixelF1MaxThreshold": number(pixelF1.map { Double($0.threshold) }),
      "aupro": number(pixels.aupro), "aupro05": number(pixels.aupro05),
      "pixelErrors": .object(pixels.errors.mapValues(JSONValue.number)),
      "mIoU": number(masks.decided.value),
      "mIoUOnDefective": number(masks.decidedOnDefective.value),
      "mIoUFair": number(masks.fair.values?[0]),
      "mIoUOracle": number(masks.calibrated.oracle?.value),
      "mIoUOracleFalseAlarms": number(masks.calibrated.oracle.map { $0.threshold.asFalseAlarms }),
      "mIoUAtOne": number(masks.calibrated.value(at: 0)),
      "mIoUTheoreticalOracle": number(masks.theoretical.oracle?.value),
      "mIoUTheoreticalAtOne": number(masks.theoretical.value(at: 0)),
      "goodImages": .integer(good.images), "defectiveImages": .integer(defective.images),
      "maskedImages": .integer(maskedImages),
      "detectionRate": number(defective.rate), "falseAlarmRate": number(good.rate),
      "falseAlarmPixelsPerImage": number(falseAlarmPixelsPerImage),
      "falseAlarmRegionsPerImage": number(falseAlarmRegionsPerImage),
      "falseAlarms": .array(falseAlarms.map(\.metrics)),
      "defects": .object(Dictionary(uniqueKeysWithValues: defects.map { ($0.kind, $0.metrics) })),
      "millisecondsPerImage": number(predictions.millisecondsPerImage),
      "failedImages": .integer(predictions.failures.count),
    ])
  }

  /// The figures that a person reads first.
  public var figures: [Report.Figure] {
    let values = metrics.members
    return Metric.known.filter(\.isHeadline).map { $0.figure(values[$0.key]?.asNumber) }
  }
}

private func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }

extension Float {
  /// The number of false alarms whose negative logarithm this is.
  fileprivate var asFalseAlarms: Double { pow(10, -Double(self)) }
}

extension FalseAlarmCount {
  fileprivate var metrics: JSONValue {
    let interval = calibrated.perImage
    return .object([
      "promised": .number(promised), "calibrated": number(interval?.rate),
      "interval": interval.map { .array([.number($0.lower), .number($0.upper)]) } ?? .null,
      "dispersion": .number(calibrated.dispersion),
      "alarmRate": number(calibrated.alarmRate),
      "detectionRate": number(calibrated.detectionRate),
      "theoretical": number(theoretical?.perImage?.rate),
      "theoreticalDetectionRate": number(theoretical?.detectionRate),
    ])
  }
}

extension DefectFigures {
  fileprivate var metrics: JSONValue {
    .object([
      "images": .integer(images), "detectionRate": .number(detectionRate),
      "imageAUROC": number(imageAUROC), "pixelAUROC": number(pixelAUROC), "aupro": number(aupro),
      "mIoU": number(meanIoU),
    ])
  }
}
