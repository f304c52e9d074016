import Inspection
import Torch

/// Minimizes the reconstruction loss of the training images with Adam.
struct PIADETrainer {
  let settings: PIADE
  let context: FitContext

  /// Leaves the network as it is after the last epoch or, where the context has a ``FitContext/selection``, as it was after the
  /// best one; `fitted` makes of it what can judge.
  ///
  /// - Throws: ``InspectionError`` where the loss is not a number, or what the context's functions throw.
  func train(
    _ model: PIADEModel, _ parameters: Parameters, on images: any TrainingImages,
    fitted: ([String: Double]) -> FittedPIADE
  ) throws -> FittedPIADE {
    let levels = try read(images)
    if let perceptual = model.perceptual {
      perceptual.adapt(to: levels[0..<min(images.count, 256)])
    }
    let trainable = parameters.trainable(below: "network.")
    for tensor in trainable { tensor.requiresGrad = true }
    let adam = Adam(
      trainable, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    let order = Generator(seed: context.seed &+ 1)
    // A batch of one image has no statistics.
    let batches = max((images.count + settings.batchSize - 2) / settings.batchSize, 1)
    let total = settings.epochs * batches
    var figures: [String: Double] = [:]
    var best: [String: Tensor]?
    for epoch in 0..<settings.epochs {
      let permutation = Tensor.permutation(images.count, generator: order)
      var sums: [String: Double] = [:]
      for batch in 0..<batches {
        let start = batch * settings.batchSize
        let indices = permutation[start..<min(start + settings.batchSize, images.count)]
        let step = epoch * batches + batch
        (adam.learningRate, adam.beta1) = settings.schedule.settings(
          step: step, of: total, rate: settings.learningRate)
        let x = try levels.selecting(indices).to(context.device)
        let comparison = model.loss(x, model.network(x, training: true).reconstruction)
        let loss = comparison.loss.mean()
        guard loss.item().isFinite else { throw divergence(epoch: epoch) }
        let gradients = zip(trainable, loss.gradients(of: trainable)).map { parameter, gradient in
          gradient ?? parameter.detached() * 0
        }
        adam.step(gradients)
        let parts =
          [("loss", loss.item())]
          + comparison.values.map { ($0.term.rawValue, $0.perImage.mean().item()) }
        for (name, value) in parts { sums[name, default: 0] += value * Double(indices.count) }
        try context.report(
          WorkProgress(
            stage: "training", completed: step + 1, total: total, unit: "steps", figures: parts))
      }
      let seen = Double(min(batches * settings.batchSize, images.count))
      figures.merge(sums.mapValues { $0 / seen }) { $1 }
      if let score = try context.selection?(fitted([:])),
        score > figures[FitContext.selectionScore] ?? -.infinity
      {
        figures[FitContext.selectedEpoch] = Double(epoch + 1)
        figures[FitContext.selectionScore] = score
        best = parameters.stateDictionary.mapValues { $0.detached().cloned() }
      }
    }
    if let best {
      noGrad { for (name, tensor) in best { parameters[name]?.copy(from: tensor) } }
    }
    return fitted(figures)
  }

  /// All images with levels in 0...1, in memory.
  private func read(_ images: any TrainingImages) throws -> Tensor {
    let levels = Tensor.zeros([images.count, 3, images.height, images.width])
    try images.forEachBatch(of: settings.batchSize) { range, batch in
      levels[range].copy(from: PIADEModel.levels(batch))
      try context.report(
        WorkProgress(
          stage: "reading", completed: range.upperBound, total: images.count, unit: "images"))
    }
    return levels
  }

  private func divergence(epoch: Int) -> InspectionError {
    InspectionError(
      "training", found: "the loss is not a number in epoch \(epoch + 1)",
      remedy: "lower the learning rate (\(settings.learningRate)), or look for broken images")
  }
}
