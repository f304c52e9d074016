import Backbones
import Datasets
import Foundation
import Imaging
import Inspection
import Metrics
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

  /// - Throws: whatever stands in the way of the metrics, or what `report` throws.
  func callAsFunction(
    note: @escaping (Remark) -> Void, report: @escaping (WorkProgress) throws -> Void
  ) throws -> (row: BenchmarkRow, model: Model) {
    Hardware.resetPeakMemory()
    let dataset = try data.dataset.get()
    // Better found before the long work than after it.
    try Evaluation.requireTest(dataset)
    var training = TrainingRun(dataset: dataset, detector: detector)
    (training.width, training.height) = (conditions.width, conditions.height)
    training.seed = conditions.seed
    training.device = device
    training.holdOut = conditions.holdOut
    training.backbones = backbones
    training.note = note
    if conditions.protocol == .paper {
      let selection = TestSelection(dataset: dataset)
      training.selection = { try selection.score($0) }
      training.testImages = dataset.test
    }
    var model = try training.run(report: report)
    // What authors report is their own score.
    if conditions.protocol == .paper { model.scoreKind = .own }
    var clock = Stopwatch()
    let evaluation = try clock.measure("evaluation") {
      try Evaluation(of: model, on: dataset, into: nil, report: report)
    }
    return (row(model, evaluation, clock), model)
  }

  /// The row of the run; a failed one that says why where something stands in its way.
  ///
  /// - Parameters:
  ///   - path: where the model is to be kept; nil where it is not.
  ///   - note: is told what a look at the training images noticed.
  /// - Throws: what `report` throws, or where the model cannot be kept.
  func row(
    keeping path: String?, note: @escaping (Remark) -> Void,
    report: @escaping (WorkProgress) throws -> Void
  ) throws -> BenchmarkRow {
    var row: BenchmarkRow
    var model: Model?
    let ending = Ending()
    do {
      (row, model) = try callAsFunction(note: note) { progress in
        do { try report(progress) } catch {
          ending.error = error
          throw error
        }
      }
    } catch {
      // Who asked to end the work is no failure of the run.
      if let asked = ending.error { throw asked }
      row = BenchmarkRow(conditions, .failed, error: "\(error)")
    }
    if let path, let model {
      try ModelBundle.save(model, to: path)
      row.model = URL(fileURLWithPath: path).lastPathComponent
    }
    return row
  }

  private final class Ending { var error: (any Error)? }

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
        "nothing was selected: the detector has no epochs"
      } else if let kept = provenance.metrics[FitContext.keptEpoch] {
        "epoch \(Int(kept)), the best on held-out good images; no test image was looked at"
      } else {
        "last epoch; no test image was looked at"
      }
    row.metrics = evaluation.metrics
    // A number that is none has no place in JSON.
    row.fitting = provenance.metrics.filter { $0.value.isFinite }
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

/// The authors' choice of an epoch: the one with the best pixel AUROC on the test images, or image AUROC where the data set
/// has no masks.
///
/// It tells a benchmark what a method reaches with the answers at hand, not what it reaches.
struct TestSelection {
  let dataset: Dataset

  /// - Throws: ``InspectionError`` where good or defective images are missing. Images that cannot be judged are left out,
  ///   as an evaluation leaves them out.
  func score(_ scorer: Scorer) throws -> Double {
    var scores: [Float] = []
    var labels: [Bool] = []
    var pixels = PixelScores()
    try ImageLoader(scorer.preprocessing).forEach(dataset.test) { _, loaded in
      guard let image = try? loaded.get(), let isDefective = image.sample.isDefective else {
        return
      }
      let raw = try scorer.score(image)
      let map = raw.map
      if dataset.hasMasks {
        guard
          let truth = try? GroundTruth(
            image.sample, image: image.original, width: map.width, height: map.height)
        else { return }
        if let mask = truth.mask {
          try pixels.add(map: map.values, mask: mask, width: map.width, height: map.height)
        }
      }
      scores.append(raw.score)
      labels.append(isDefective)
    }
    let area =
      dataset.hasMasks
      ? PixelEvaluation(pixels).auroc
      : try ImageEvaluation(scores: scores, isDefective: labels).auroc
    guard let area else {
      throw InspectionError(
        dataset.name, found: "good or defective test images are missing",
        remedy: "use --protocol strict, which needs none to train")
    }
    return area
  }
}
