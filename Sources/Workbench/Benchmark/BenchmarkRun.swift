import Backbones
import Datasets
import Inspection
import Torch

/// One detector on one data set with one seed: training, then evaluation.
struct BenchmarkRun {
  let detector: any Detector
  let data: BenchmarkData
  let conditions: BenchmarkConditions
  let device: Device
  let backbones: BackboneStore

  /// Below the benchmark's folder.
  var path: String { "runs/\(conditions.detector)/\(conditions.data)/seed-\(conditions.seed)" }

  /// - Throws: whatever stands in the way of the figures, or what `report` throws.
  func callAsFunction(report: @escaping (WorkProgress) throws -> Void) throws -> (
    row: BenchmarkRow, model: Model
  ) {
    Hardware.resetPeakMemory()
    let dataset = try data.dataset.get()
    _ = try data.hash.get()
    // Better found before the long work than after it.
    try Evaluation.requireTest(dataset)
    var training = TrainingRun(dataset: dataset, detector: detector)
    (training.width, training.height) = (conditions.width, conditions.height)
    training.seed = conditions.seed
    training.device = device
    training.holdOut = conditions.holdOut
    training.backbones = backbones
    if conditions.protocol == .paper {
      let selection = TestSelection(dataset: dataset)
      training.selection = { try selection.score($0) }
      training.testImages = dataset.test
    }
    let model = try training.run(report: report)
    var clock = Stopwatch()
    let evaluation = try clock.measure("evaluation") {
      try Evaluation(of: model, on: dataset, folder: nil, report: report)
    }
    return (row(model, evaluation, clock), model)
  }

  private func row(_ model: Model, _ evaluation: Evaluation, _ clock: Stopwatch) -> BenchmarkRow {
    var row = BenchmarkRow(conditions, .done)
    let provenance = model.provenance
    let epoch = provenance.metrics[FitContext.selectedEpoch]
    let seen = provenance.metrics[FitContext.seenTestImages]
    row.selectedOnTestData = epoch != nil || seen != nil
    row.selection =
      if let epoch {
        "selected on test data: epoch \(Int(epoch)) has the best test"
          + " \(evaluation.pixelAUROC == nil ? "image" : "pixel") AUROC"
      } else if let seen {
        "maps scaled by the extremes of all \(Int(seen)) test images, as the authors did"
      } else if conditions.protocol == .paper {
        "nothing was selected: the detector has no epochs to choose from"
      } else if let kept = provenance.metrics[FitContext.keptEpoch] {
        "epoch \(Int(kept)), the best by held-out good images; no test image was looked at"
      } else {
        "last epoch; no test image was looked at"
      }
    row.metrics = evaluation.metrics
    row.figures = provenance.metrics
    row.fittingImages = provenance.fittingImages
    row.calibrationImages = provenance.calibrationImages
    row.failures = evaluation.predictions.failures.map(\.reason) + evaluation.maskFailures
    row.seconds = provenance.seconds.merging(
      clock.seconds.mapValues { ($0 * 1000).rounded() / 1000 }
    ) { $1 }
    row.peakMemoryMB = Hardware.peakMemory.map { $0.rounded() }
    return row
  }
}
