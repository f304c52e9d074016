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
    let levels = try read(images, for: model)
    if let perceptual = model.perceptual {
      perceptual.adapt(to: levels[0..<min(images.count, 256)])
    }
    let features = try self.features(of: levels, model.loss)
    let trainable = parameters.trainable(below: "network.")
    for tensor in trainable { tensor.requiresGrad = true }
    let adam = Adam(
      trainable, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    let order = Generator(seed: context.seed &+ 1)
    // A batch of one image has no statistics.
    let batches = max((images.count + settings.batchSize - 2) / settings.batchSize, 1)
    let epochs = (settings.steps + batches - 1) / batches
    var metrics: [String: Double] = [:]
    var best: [String: Tensor]?
    for epoch in 0..<epochs {
      let permutation = Tensor.permutation(images.count, generator: order)
      var (sums, seen): ([String: Double], Double) = ([:], 0)
      for step in epoch * batches..<min((epoch + 1) * batches, settings.steps) {
        let start = step % batches * settings.batchSize
        let indices = permutation[start..<min(start + settings.batchSize, images.count)]
        (adam.learningRate, adam.beta1) = settings.schedule.settings(
          step: step, of: settings.steps, epoch: epoch, rate: settings.learningRate)
        let x = try levels.selecting(indices).to(context.device)
        let known = try features.map { try $0.selecting(indices).to(context.device) }
        let comparison = model.loss(
          x, model.network(x, training: true).reconstruction, features: known)
        let loss = comparison.loss.mean()
        guard loss.item().isFinite else { throw divergence(step: step) }
        let gradients = zip(trainable, loss.gradients(of: trainable)).map { parameter, gradient in
          gradient ?? parameter.detached() * 0
        }
        adam.step(gradients)
        let parts =
          [("loss", loss.item())]
          + comparison.values.map { ($0.term.rawValue, $0.perImage.mean().item()) }
        for (name, value) in parts { sums[name, default: 0] += value * Double(indices.count) }
        seen += Double(indices.count)
        try context.report(
          WorkProgress(
            stage: "training", completed: step + 1, total: settings.steps, unit: "steps",
            metrics: parts))
      }
      metrics.merge(sums.mapValues { $0 / seen }) { $1 }
      if context.selection != nil || epoch == epochs - 1 {
        try learnErrors(of: model, on: levels, features)
      }
      if let score = try context.selection?(fitted([:])),
        score > metrics[FitContext.selectionScore] ?? -.infinity
      {
        metrics[FitContext.selectedEpoch] = Double(epoch + 1)
        metrics[FitContext.selectionScore] = score
        best = parameters.stateDictionary.mapValues { $0.detached().cloned() }
      }
    }
    if let best {
      noGrad { for (name, tensor) in best { parameters[name]?.copy(from: tensor) } }
    }
    return fitted(metrics)
  }

  /// What the perceptual term sees in all images, which do not change: computed once.
  private func features(of levels: Tensor, _ loss: ReconstructionLoss) throws -> [Tensor] {
    let count = levels.shape[0]
    let batches = try stride(from: 0, to: count, by: settings.batchSize).map { start in
      let end = min(start + settings.batchSize, count)
      let features = loss.features(try levels[start..<end].to(context.device))
      try context.report(
        WorkProgress(stage: "features", completed: end, total: count, unit: "images"))
      return try features.map { try $0.to(.cpu) }
    }
    return batches[0].indices.map { level in .concatenate(batches.map { $0[level] }) }
  }

  /// How the network as it is errs on the images that it has learnt from, where the score asks for it.
  private func learnErrors(of model: PIADEModel, on levels: Tensor, _ features: [Tensor]) throws {
    guard let law = model.errorLaw else { return }
    let count = levels.shape[0]
    let errors = try stride(from: 0, to: count, by: settings.batchSize).map { start in
      let range = start..<min(start + settings.batchSize, count)
      let x = try levels[range].to(context.device)
      let known = try features.map { try $0[range].to(context.device) }
      return noGrad {
        model.loss(x, model.network(x, training: false).reconstruction, features: known).errors
      }
    }
    try law.adapt(to: .concatenate(errors))
  }

  /// All images with levels in 0...1, in memory, at the size that the network sees.
  private func read(_ images: any TrainingImages, for model: PIADEModel) throws -> Tensor {
    let levels = Tensor.zeros([images.count, 3, model.height, model.width])
    try images.forEachBatch(of: settings.batchSize) { range, batch in
      levels[range].copy(from: model.levels(batch))
      try context.report(
        WorkProgress(
          stage: "reading", completed: range.upperBound, total: images.count, unit: "images"))
    }
    return levels
  }

  private func divergence(step: Int) -> InspectionError {
    InspectionError(
      "training", found: "the loss is not a number at step \(step + 1)",
      remedy: "lower the learning rate (\(settings.learningRate)), or look for broken images")
  }
}
