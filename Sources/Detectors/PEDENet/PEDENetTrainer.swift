import Inspection
import Statistics
import Torch

/// Minimizes the sum of the losses of all patch sizes with Adam.
struct PEDENetTrainer {
  let settings: PEDENet
  let context: FitContext
  let sampler: PatchSampler

  /// Embeddings of pairs of patches of one size, and the directions between them.
  private struct EmbeddedPairs {
    /// `[pairs, D]`.
    let first: Tensor
    let second: Tensor
    /// `[pairs]`.
    let directions: Tensor
  }

  /// - Parameter fitted: the detector as it stands, ready to judge.
  /// - Throws: what ``EpochLoop/run(_:)`` throws.
  func train(
    _ network: PEDENetNetwork, _ parameters: Parameters,
    fitted: @escaping () throws -> FittedPEDENet
  ) throws -> EpochHistory {
    parameters.enableGradients()
    let adam = Adam(parameters.trainable, learningRate: settings.learningRate)
    let random = SharedRandom(seed: context.seed &+ 1)
    let dropout = Generator(seed: context.seed &+ 2)
    let images = 0..<sampler.images.count
    let batches = (images.count + settings.batchSize - 1) / settings.batchSize
    var order: [Int] = []
    var loop = EpochLoop(
      context, parameters, adam, batches: batches, steps: settings.epochs * batches)
    loop.schedule = .oneCycle
    loop.generators = [random, dropout]
    return try loop.run(
      EpochLoop.Body(
        begin: {
          var random = random
          order = images.shuffled(using: &random)
        },
        step: { batch, step in
          let start = batch * settings.batchSize
          let numbers = Array(order[start..<min(start + settings.batchSize, order.count)])
          let drawn = try pairs(of: numbers, step: step, network, random)
          let (loss, parts) = try loss(of: drawn, network, dropout)
          return EpochLoop.Step(loss: loss.item(), parts: parts, weight: 1) {
            loss.gradients(of: adam.parameters)
          }
        }, fitted: fitted))
  }

  /// One pair of embeddings for each pair of patches, by patch size.
  private func pairs(
    of numbers: [Int], step: Int, _ network: PEDENetNetwork, _ random: SharedRandom
  ) throws -> [EmbeddedPairs] {
    let size = min(settings.window, sampler.images.height, sampler.images.width)
    let views = try sampler.windows(numbers, size: size, draw: UInt64(step)).to(context.device)
    let maps = network.encoder.dense(views, patchSizes: settings.patchSizes)
    return try zip(settings.patchSizes, maps).map { size, map in
      let (rows, columns) = (map.shape[2], map.shape[3])
      let pairs = PatchPairs(
        maps: numbers.count, rows: rows, columns: columns, count: settings.pairs, patchSize: size,
        using: random)
      let embeddings = map.permuted(0, 2, 3, 1).reshaped(-1, settings.dimensions)
      let secondViews = Tensor([Int64(numbers.count * rows * columns)])
      return EmbeddedPairs(
        first: embeddings.selecting(try pairs.first.to(context.device)),
        second: embeddings.selecting(try (pairs.second + secondViews).to(context.device)),
        directions: try pairs.directions.to(context.device))
    }
  }

  /// The loss, and its parts by name.
  private func loss(of drawn: [EmbeddedPairs], _ network: PEDENetNetwork, _ dropout: Generator)
    throws -> (loss: Tensor, parts: [(name: String, value: Double)])
  {
    let hasLocation = settings.losses.contains(.location)
    var sum = Tensor.zeros([], device: context.device)
    var parts: [(name: String, value: Double)] = []
    for (index, pairs) in drawn.enumerated() {
      let size = settings.patchSizes[index]
      if hasLocation {
        let logits = network.locations[index](pairs.first, pairs.second)
        let loss = logits.crossEntropy(pairs.directions)
        let hits = (logits.argmax(1) .== pairs.directions).to(.float32).mean().item()
        sum = sum + loss
        parts += [("locationLoss.\(size)", loss.item()), ("locationAccuracy.\(size)", hits)]
      }
      let memberships = network.memberships[index]
      let both = Tensor.concatenate([pairs.first, pairs.second])
      let embeddings = memberships.prepared(
        hasLocation ? both.detached() : both, isTraining: true)
      guard settings.losses != [.location] else { continue }
      let logits = memberships(embeddings, dropout: dropout)
      if settings.losses.contains(.density) {
        let loss: Tensor
        do throws(StatisticsError) {
          loss = try network.densityLoss(embeddings, logits: logits)
        } catch { throw EpochLoop.Divergence(error.found) }
        sum = sum + loss
        parts.append(("densityLoss.\(size)", loss.item()))
      }
      if settings.losses.contains(.membership) {
        let loss = PEDENetNetwork.membershipLoss(logits: logits)
        sum = sum + loss
        parts.append(("membershipLoss.\(size)", loss.item()))
      }
    }
    return (sum, parts)
  }
}
