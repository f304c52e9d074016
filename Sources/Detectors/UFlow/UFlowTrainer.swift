import Inspection
import Torch

/// Minimizes the negative log-likelihood of the training features with Adam (U-Flow section 3.3).
struct UFlowTrainer {
  let settings: UFlow
  let context: FitContext

  /// Leaves `network` as it is after the last epoch or, where the context has a ``FitContext/selection``, as it was after
  /// the best one. Returns the mean loss of the last epoch, in nats per latent component, and what was selected.
  ///
  /// - Parameter fitted: the network as it stands, ready to judge.
  /// - Throws: ``InspectionError`` where the loss is not a number, or what the context's functions throw.
  func train(
    _ network: UFlowNetwork, _ parameters: Parameters, on features: FeatureCache,
    fitted: () -> FittedUFlow
  ) throws -> [String: Double] {
    parameters.enableGradients()
    let adam = Adam(
      parameters.trainable, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    let order = Generator(seed: context.seed &+ 1)
    let batches = (features.count + settings.batchSize - 1) / settings.batchSize
    let total = settings.epochs * batches
    let components = Double(features.shapes.reduce(0) { $0 + $1.reduce(1, *) })
    var figures: [String: Double] = [:]
    var best: [String: Tensor]?
    for epoch in 0..<settings.epochs {
      let permutation = Tensor.permutation(features.count, generator: order)
      var sum = 0.0
      for batch in 0..<batches {
        let start = batch * settings.batchSize
        let indices = permutation[start..<min(start + settings.batchSize, features.count)]
        let step = epoch * batches + batch
        (adam.learningRate, adam.beta1) = settings.schedule.settings(
          step: step, of: total, rate: settings.learningRate)
        let inputs = try features.batch(indices, on: context.device)
        let loss = network.flow.loss(network.normalization.adapt(inputs))
        let value = loss.item() / components
        guard value.isFinite else { throw divergence(epoch: epoch) }
        adam.step(loss.gradients(of: adam.parameters).map { $0! })
        sum += value * Double(indices.count)
        try context.report(
          WorkProgress(
            stage: "training", completed: step + 1, total: total, unit: "steps",
            figures: [("loss", value)]))
      }
      figures["loss"] = sum / Double(features.count)
      if let score = try context.selection?(fitted()),
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
    return figures
  }

  private func divergence(epoch: Int) -> InspectionError {
    InspectionError(
      "training", found: "the loss is not a number in epoch \(epoch + 1)",
      remedy: "lower the learning rate (\(settings.learningRate)), or look for broken images")
  }
}
