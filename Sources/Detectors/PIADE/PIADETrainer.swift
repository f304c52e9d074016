import Inspection
import Torch

/// Minimizes the reconstruction loss of the training images with Adam.
struct PIADETrainer {
  let settings: PIADE
  let context: FitContext

  /// L2 penalty on the weights, the released code's.
  private static let weightDecay = 1e-3
  /// Images that the scale of the perceptual term is taken of.
  private static let perceptualSample = 256

  /// - Parameter fitted: the detector as it stands, ready to judge.
  /// - Throws: what ``EpochLoop/run(_:)`` throws.
  func train(
    _ model: PIADEModel, _ parameters: Parameters, on images: any TrainingImages,
    fitted: @escaping () -> FittedPIADE
  ) throws -> EpochHistory {
    let levels = try read(images, for: model)
    model.perceptual?.adapt(to: levels[0..<min(images.count, Self.perceptualSample)])
    let features = try self.features(of: levels, model.loss)
    let trainable = parameters.trainable(below: "network.")
    for tensor in trainable { tensor.requiresGrad = true }
    let adam = Adam(
      trainable, learningRate: settings.learningRate, weightDecay: Self.weightDecay)
    let generator = Generator(seed: context.seed &+ 1)
    var order = Tensor.zeros([0])
    var loop = EpochLoop(
      context, parameters, adam,
      // A batch of one image has no statistics.
      batches: max((images.count + settings.batchSize - 2) / settings.batchSize, 1),
      steps: settings.steps)
    loop.schedule = settings.schedule
    loop.generators = [generator]
    var body = EpochLoop.Body(
      begin: { order = Tensor.permutation(images.count, generator: generator) },
      step: { batch, _ in
        let start = batch * settings.batchSize
        let indices = order[start..<min(start + settings.batchSize, images.count)]
        let x = try levels.selecting(indices).to(context.device)
        let known = try features.map { try $0.selecting(indices).to(context.device) }
        let comparison = model.loss(
          x, model.network(x, training: true).reconstruction, features: known)
        let loss = comparison.loss.mean()
        return EpochLoop.Step(
          loss: loss.item(),
          parts: comparison.values.map { ($0.term.rawValue, $0.perImage.mean().item()) },
          weight: Double(indices.count)
        ) { loss.gradients(of: trainable) }
      }, fitted: fitted)
    body.prepare = { try learnErrors(of: model, on: levels, features) }
    return try loop.run(body)
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
    try images.forEachFiniteBatch(of: settings.batchSize) { range, batch in
      levels[range].copy(from: model.levels(batch))
      try context.report(
        WorkProgress(
          stage: "reading", completed: range.upperBound, total: images.count, unit: "images"))
    }
    return levels
  }
}
