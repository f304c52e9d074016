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

  /// L2 penalty on the weights, the authors'.
  private static let weightDecay = 1e-5

  /// Where images are held out, the best epoch is the one that makes them most likely.
  ///
  /// - Parameter fitted: the network as it stands, ready to judge.
  /// - Throws: what ``EpochLoop/run(_:)`` throws.
  func train(fitted: @escaping () -> FittedUFlow) throws -> EpochHistory {
    parameters.enableGradients()
    let adam = Adam(
      parameters.trainable, learningRate: settings.learningRate, weightDecay: Self.weightDecay)
    let images = Tensor(split.learning)
    let generator = Generator(seed: context.seed &+ 1)
    var order = images
    let batches = (images.count + settings.batchSize - 1) / settings.batchSize
    var loop = EpochLoop(
      context, parameters, adam, batches: batches, steps: settings.epochs * batches)
    loop.schedule = settings.schedule
    loop.patience = settings.patience
    loop.generators = [generator]
    var body = EpochLoop.Body(
      begin: {
        order = images.selecting(Tensor.permutation(images.count, generator: generator))
      },
      step: { batch, _ in
        let start = batch * settings.batchSize
        return try step(order[start..<min(start + settings.batchSize, images.count)])
      }, fitted: fitted)
    if !split.heldOut.isEmpty { body.heldOutLoss = heldOutLoss }
    return try loop.run(body)
  }

  /// Latent components of an image.
  private var components: Double { Double(features.shapes.reduce(0) { $0 + $1.reduce(1, *) }) }

  /// The loss of images in nats per latent component, and its gradients in the order of the parameters.
  private func step(_ images: Tensor) throws -> EpochLoop.Step {
    let inputs = network.normalization.adapt(try features.batch(images, on: context.device))
    func step(_ loss: Tensor, _ gradients: @escaping () -> [Tensor?]) -> EpochLoop.Step {
      EpochLoop.Step(
        loss: loss.item() / components, weight: Double(images.count), gradients: gradients)
    }
    guard settings.reversible else {
      let loss = network.flow.loss(inputs)
      return step(loss) { loss.gradients(of: parameters.trainable) }
    }
    let (loss, byInput, byParameter) = network.flow.reversibleLoss(inputs.map { $0.detached() })
    return step(loss) {
      let adapting = Array(parameters.trainable.dropLast(byParameter.count))
      if adapting.isEmpty { return byParameter }
      let products = zip(inputs, byInput).map { ($0 * $1).sum() }
      return products.dropFirst().reduce(products[0], +).gradients(of: adapting) + byParameter
    }
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
}

/// Which of the fitting images the flow learns from, and which tell when it should stop. Both in ascending order.
struct ValidationSplit {
  let learning: [Int]
  let heldOut: [Int]

  init(learning: [Int], heldOut: [Int]) { (self.learning, self.heldOut) = (learning, heldOut) }

  /// - Parameter share: of the images that is held out; none where it is 0, at least one where it is not.
  init(count: Int, share: Double, seed: UInt64) {
    let size = share > 0 ? max(Int((Double(count) * share).rounded()), 1) : 0
    var random = SeededRandom(seed: seed)
    let held = Set((0..<count).shuffled(using: &random).prefix(size))
    learning = (0..<count).filter { !held.contains($0) }
    heldOut = held.sorted()
  }
}
