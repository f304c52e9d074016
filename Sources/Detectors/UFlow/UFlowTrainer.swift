import Foundation
import Inspection
import Torch

/// Minimizes the negative log-likelihood of the training features with Adam (U-Flow section 3.3).
struct UFlowTrainer {
  let settings: UFlow
  let context: FitContext
  let network: UFlowNetwork
  let parameters: Parameters
  let features: FeatureCache
  let split: ValidationSplit

  /// Leaves the network as it is after the last epoch or, where the context has a ``FitContext/selection`` or images are
  /// held out, as it was after the best one.
  ///
  /// - Parameter fitted: the network as it stands, ready to judge.
  /// - Throws: ``InspectionError`` where the loss is not a number, or what the context's functions throw.
  func train(fitted: () -> FittedUFlow) throws -> TrainingState {
    parameters.enableGradients()
    let adam = Adam(
      parameters.trainable, learningRate: settings.learningRate, weightDecay: settings.weightDecay)
    var best: [String: Tensor] = [:]
    var state = try resume(adam, &best) ?? TrainingState()
    let images = Tensor(split.learning)
    let order = Generator(seed: context.seed &+ 1)
    // Orders of the epochs that are done are drawn, too, so that those to come are what they would have been.
    for _ in 0..<state.epoch { _ = Tensor.permutation(images.count, generator: order) }
    while state.epoch < settings.epochs, !hasLostPatience(state) {
      let permutation = Tensor.permutation(images.count, generator: order)
      state.losses.append(
        try learn(images.selecting(permutation), epoch: state.epoch, with: adam))
      if !split.heldOut.isEmpty { state.heldOutLosses.append(try heldOutLoss()) }
      state.isSelected = context.selection != nil
      if let score = try context.selection?(fitted()) ?? state.heldOutLosses.last.map(-),
        state.judge(score)
      {
        best = parameters.stateDictionary.mapValues { $0.detached().cloned() }
      }
      try context.checkpoints?.save(checkpoint(state, adam, best))
    }
    noGrad { for (name, tensor) in best { parameters[name]?.copy(from: tensor) } }
    return state
  }

  private func hasLostPatience(_ state: TrainingState) -> Bool {
    settings.patience > 0 && state.epoch - (state.best?.epoch ?? 0) >= settings.patience
  }

  /// One pass over `images` in their order; returns the mean loss in nats per latent component.
  private func learn(_ images: Tensor, epoch: Int, with adam: Adam) throws -> Double {
    let batches = (images.count + settings.batchSize - 1) / settings.batchSize
    let total = settings.epochs * batches
    var sum = 0.0
    for batch in 0..<batches {
      let start = batch * settings.batchSize
      let indices = images[start..<min(start + settings.batchSize, images.count)]
      let step = epoch * batches + batch
      (adam.learningRate, adam.beta1) = settings.schedule.settings(
        step: step, of: total, epoch: epoch, rate: settings.learningRate)
      let (loss, gradients) = differentiated(try features.batch(indices, on: context.device))
      let value = loss.item() / components
      guard value.isFinite else { throw divergence(epoch: epoch) }
      adam.step(gradients())
      sum += value * Double(indices.count)
      try context.report(
        WorkProgress(
          stage: "training", completed: step + 1, total: total, unit: "steps",
          metrics: [("loss", value)]))
    }
    return sum / Double(images.count)
  }

  /// Latent components of an image.
  private var components: Double { Double(features.shapes.reduce(0) { $0 + $1.reduce(1, *) }) }

  /// The loss of a batch, and what gives its gradients in the order of the parameters.
  private func differentiated(_ batch: [Tensor]) -> (loss: Tensor, gradients: () -> [Tensor]) {
    let inputs = network.normalization.adapt(batch)
    guard settings.reversible else {
      let loss = network.flow.loss(inputs)
      return (loss, { loss.gradients(of: parameters.trainable).map { $0! } })
    }
    let (loss, byInput, byParameter) = network.flow.reversibleLoss(inputs.map { $0.detached() })
    return (
      loss,
      {
        let adapting = Array(parameters.trainable.dropLast(byParameter.count))
        if adapting.isEmpty { return byParameter }
        let products = zip(inputs, byInput).map { ($0 * $1).sum() }
        return products.dropFirst().reduce(products[0], +).gradients(of: adapting).map { $0! }
          + byParameter
      }
    )
  }

  /// Mean loss of the held-out images, in nats per latent component.
  private func heldOutLoss() throws -> Double {
    let images = Tensor(split.heldOut)
    var sum = 0.0
    for start in stride(from: 0, to: images.count, by: settings.batchSize) {
      let indices = images[start..<min(start + settings.batchSize, images.count)]
      let batch = try features.batch(indices, on: context.device)
      let loss = noGrad { network.flow.loss(network.normalization.adapt(batch)) }
      sum += loss.item() / components * Double(indices.count)
    }
    return sum / Double(images.count)
  }

  private func divergence(epoch: Int) -> InspectionError {
    InspectionError(
      "training", found: "the loss is not a number in epoch \(epoch + 1)",
      remedy: "lower the learning rate (\(settings.learningRate)), or look for broken images")
  }
}

extension UFlowTrainer {
  private func checkpoint(_ state: TrainingState, _ adam: Adam, _ best: [String: Tensor]) throws
    -> Checkpoint
  {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in parameters.stateDictionary { tensors["network.\(name)"] = tensor }
    for (name, tensor) in best { tensors["best.\(name)"] = tensor }
    for (index, tensor) in adam.state.enumerated() { tensors["adam.\(index)"] = tensor }
    return Checkpoint(tensors: tensors, state: try JSONValue(encoding: state))
  }

  /// Brings network and optimizer to where an earlier fit left them; nil where there was none.
  private func resume(_ adam: Adam, _ best: inout [String: Tensor]) throws -> TrainingState? {
    guard let checkpoint = try context.checkpoints?.load() else { return nil }
    func kept(_ name: String, like tensor: Tensor) throws -> Tensor {
      guard let kept = checkpoint.tensors[name], kept.shape == tensor.shape else {
        throw InspectionError(
          "checkpoint", found: "\(name) is missing or of another shape",
          remedy: "start the training from the beginning")
      }
      return try kept.to(context.device)
    }
    let state = try JSONDecoder().decode(
      TrainingState.self, from: JSONEncoder().encode(checkpoint.state))
    for (name, tensor) in parameters.stateDictionary {
      let former = try kept("network.\(name)", like: tensor)
      noGrad { tensor.copy(from: former) }
      if state.best != nil { best[name] = try kept("best.\(name)", like: tensor).cloned() }
    }
    adam.restore(
      try adam.state.enumerated().map { try kept("adam.\($0)", like: $1) })
    return state
  }
}
