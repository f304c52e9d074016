import Foundation
import Inspection
import Metrics
import Torch
import Workbench

extension Report {
  /// The report of an evaluation.
  ///
  /// Throws where a picture cannot be encoded.
  public init(_ evaluation: Evaluation, of model: Model) throws {
    let provenance = model.provenance
    let preprocessing = model.preprocessing
    let name = type(of: model.detector).name
    self.init(
      title: evaluation.datasetName,
      subtitle: [
        name, model.backbone?.id, "\(preprocessing.width) x \(preprocessing.height) pixels",
        "trained on \(provenance.fittingImages) good images",
      ].compactMap(\.self).joined(separator: ", "),
      metrics: evaluation.metrics, notes: [evaluation.maskNote].compactMap(\.self),
      curves: [
        Curve("images", roc: evaluation.images.rocCurve()),
        Curve("pixels", roc: evaluation.pixels.roc),
        Curve("images", precisionRecall: evaluation.images.precisionRecallCurve()),
        Curve("pixels", precisionRecall: evaluation.pixels.precisionRecall),
      ],
      tables: [evaluation.defectSection.orNil, evaluation.falseAlarmSection.orNil]
        .compactMap(\.self),
      details: [evaluation.scaleSection.orNil, evaluation.furtherSection.orNil].compactMap(\.self),
      diagnostics: try (model.fitted.diagnostics + [provenance.training].compactMap(\.self))
        .map(Diagnostic.init),
      decision: model.decision, images: evaluation.inspected,
      failures: evaluation.predictions.failures.map { Row($0.path, $0.reason) },
      provenance: Self.rows(evaluation, model))
  }

  /// Where the numbers come from.
  private static func rows(_ evaluation: Evaluation, _ model: Model) -> [Row] {
    let provenance = model.provenance
    let trainingCalibration =
      provenance.formerCalibrations?.first?.images ?? provenance.calibrationImages
    let rows: [Row?] = [
      Row("Detector", type(of: model.detector).name),
      Row(
        "Backbone",
        model.backbone.map { "\($0.id) (SHA-256 \($0.sha256.prefix(12)))" } ?? "none"),
      Row(
        "Training data",
        "\(provenance.dataset), \(provenance.fittingImages) images to fit on,"
          + " \(trainingCalibration) to calibrate on\(provenance.toldGroups)"
          + " (SHA-256 \(provenance.datasetSHA256.prefix(12)))"),
      provenance.calibration.map { Row("Calibration", $0.told) },
      Row(
        "Masks",
        "\(evaluation.maskedImages) of \(evaluation.defective.images) defective images"),
      Row("Decision", model.decision.told(model.calibration)),
      Row("Seed", "\(provenance.seed)"),
      Row("Trained", "\(provenance.created) on \(provenance.processor)"),
      Row(
        "Fitting time",
        provenance.seconds["fitting"].map { Digits.significant($0, 3) + " s" } ?? Digits.undefined
      ),
      Row("Evaluated on", Hardware.processor),
      Row("Versions", "Blemish \(PackageVersion.current), libtorch \(Machine.torchVersion)"),
    ]
    return rows.compactMap(\.self)
  }
}

extension Decision {
  fileprivate func told(_ calibration: Calibration) -> String {
    guard case .falseAlarms(let perImage, let null, let confidence, let warning) = self else {
      return "\(self)"
    }
    let source =
      null == .calibrated
      ? "learned from \(calibration.imageCount) good images" : "that of the method"
    return "false alarms expected: \(Rarity(log10FalseAlarms: log10(perImage)))"
      + (confidence.map { ", at most, with a confidence of \($0)" } ?? "")
      + (warning.map { "; a warning: \(Rarity(log10FalseAlarms: log10($0)))" } ?? "")
      + " (\(null.rawValue) null distribution, \(source))"
  }
}

extension Provenance {
  /// Where some images go together, how many groups there are.
  fileprivate var toldGroups: String {
    guard let groups, groups < max(fittingImages, calibrationImages) else { return "" }
    return " in \(groups) independent \(groups == 1 ? "group" : "groups")"
  }
}

extension Provenance.CalibrationSource {
  fileprivate var told: String {
    "renewed \(created) on \(images) good images of \(dataset) (SHA-256 \(datasetSHA256.prefix(12)))"
  }
}
