import Inspection
import Torch

/// Minimizes the negative log-likelihood of the training features with Adam (U-Flow section 3.3).
struct UFlowTrainer {
  let settings: UFlow
  let context: FitContext

  /// Returns the mean loss of each epoch, in nats per latent component.
  ///
  /// - Throws: ``InspectionError`` where the loss is not a number, or what ``FitContext/report`` throws.
  func train(_ network: UFlowNetwork, _ parameters: Parameters, on features: FeatureCache) throws
    -> [Double]
  {
    parameters.enableGradients()
    let adam = Adam(
      parameters.trainable, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    let order = Generator(seed: context.seed &+ 1)
    let batches = (features.count + settings.batchSize - 1) / settings.batchSize
    let total = settings.epochs * batches
    let components = Double(features.shapes.reduce(0) { $0 + $1.reduce(1, *) })
    var losses: [Double] = []
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
      losses.append(sum / Double(features.count))
    }
    return losses
  }

  private func divergence(epoch: Int) -> InspectionError {
    InspectionError(
      "training", found: "the loss is not a number in epoch \(epoch + 1)",
      remedy: "lower the learning rate (\(settings.learningRate)), or look for broken images")
  }
}
