import Blemish
import Foundation

/// One model of a subset of the good images, and what it decides on the test images at each promise.
struct PromiseRun {
  let dataset: Dataset
  let images: TestImages
  let conditions: PromiseConditions

  /// False alarms promised in a good image, falling.
  private static let promises = [0.2, 0.1, 0.05]

  /// A training that fails is a finding, too.
  ///
  /// - Throws: where a test image cannot be read or judged.
  func run() throws -> PromiseRow {
    var training = TrainingRun(
      dataset: Dataset(name: dataset.name, training: drawn, test: []),
      detector: try DetectorRegistry.all.detector(conditions.detector))
    training.seed = conditions.seed
    conditions.options.apply(to: &training)
    var trained: Result<Model, any Error>?
    let time = Measurement(repeats: 1, warmUp: 0) { trained = Result { try training.run() } }
    var row = PromiseRow(conditions: conditions, commit: Self.commit)
    switch trained {
    case .success(let model): row.found = try judge(by: model, time)
    case .failure(let error): row.failure = "\(error)"
    case nil: break
    }
    return row
  }

  /// `Benchmarks/run.sh` says it.
  private static let commit = ProcessInfo.processInfo.environment["BLEMISH_COMMIT"]
    .flatMap { $0.isEmpty ? nil : $0 }

  /// The images to learn from in order of name: those of one seed have those of fewer images among them.
  private var drawn: [Sample] {
    // The training draws with the same seed, and should not draw in the same order.
    var source = SeededRandom(seed: conditions.seed)
    var random = SeededRandom(seed: source.next())
    return dataset.training.indices.shuffled(using: &random).prefix(conditions.images).sorted()
      .map { dataset.training[$0] }
  }

  private func judge(by model: Model, _ training: Measurement) throws -> PromiseRow.Findings {
    var judged: [Judged] = []
    let loaded = try images.resized(for: model.preprocessing)
    let judging = try Measurement(repeats: 1, warmUp: 0) { judged = try judge(loaded, by: model) }
    let (good, defective) = (judged.filter { !$0.isDefective }, judged.filter { $0.isDefective })
    let levels = Self.promises.enumerated().map { index, promise in
      let alarms = good.filter { $0.verdicts[index].isAnomalous }
      let regions = good.filter { $0.verdicts[index].regions > 0 }
      let oracle = OracleThreshold(goodScores: good.map(\.score), share: promise)
      return PromiseRow.Level(
        promise: promise, alarms: alarms.map(\.name),
        regions: Dictionary(
          regions.map { ($0.name, $0.verdicts[index].regions) }, uniquingKeysWith: +),
        detected: defective.count { $0.verdicts[index].isAnomalous },
        oracle: oracle?.share(of: defective.map(\.score)))
    }
    let classes = judged.map(\.isDefective)
    let evidence = judged.compactMap(\.evidence)
    let provenance = model.provenance
    return PromiseRow.Findings(
      available: dataset.training.count, datasetSHA256: provenance.datasetSHA256,
      fittingImages: provenance.fittingImages, calibrationImages: provenance.calibrationImages,
      threads: provenance.threads, good: good.count, defective: defective.count,
      imageAUROC: try ImageEvaluation(scores: judged.map(\.score), isDefective: classes).auroc,
      decisionAUROC: evidence.count == judged.count
        ? try ImageEvaluation(scores: evidence, isDefective: classes).auroc : nil,
      levels: levels,
      seconds: provenance.seconds.merging([
        "training": rounded(training.median), "judging": rounded(judging.median),
      ]) { $1 },
      processorSeconds: [
        "training": rounded(training.processorSeconds[0]),
        "judging": rounded(judging.processorSeconds[0]),
      ])
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  private struct Judged: Sendable {
    let name: String
    let isDefective: Bool
    let score: Float
    /// Minus log10 of the false alarms that come with calling the image anomalous.
    let evidence: Float?
    /// In the order of the promises.
    let verdicts: [Verdict]
  }

  private struct Verdict: Sendable {
    let isAnomalous: Bool
    let regions: Int
  }

  /// The model sees each image once, and decides on what it saw at each promise.
  private func judge(_ images: [TestImage], by model: Model) throws -> [Judged] {
    let models = Self.promises.map { promise in
      var model = model
      model.decision = .falseAlarms(perImage: promise)
      return model
    }
    var judged: [Judged] = []
    for start in stride(from: 0, to: images.count, by: Self.batch) {
      let images = Array(images[start..<min(start + Self.batch, images.count)])
      // The model takes all cores for one image, a decision takes one.
      let seen = try images.map {
        try model.scorer.score(resized: $0.resized, name: $0.sample.address)
      }
      judged += try concurrently(images.count) { index in
        let image = images[index]
        let predictions = try models.map {
          try $0.decide(on: seen[index], imageWidth: image.width, imageHeight: image.height)
        }
        return Judged(
          name: image.sample.name, isDefective: image.sample.isDefective == true,
          score: predictions[0].score,
          evidence: predictions[0].log10FalseAlarms.map { Float(-$0) },
          verdicts: predictions.map {
            Verdict(isAnomalous: $0.isAnomalous, regions: $0.regions.count)
          })
      }
    }
    return judged
  }

  /// Images that are held in memory with all that was seen in them.
  private static let batch = 16
}
