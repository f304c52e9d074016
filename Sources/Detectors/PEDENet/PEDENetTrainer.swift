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

  /// Leaves `network` as it is after the last epoch or, where the context has a ``FitContext/selection``, as it was after
  /// the best one. Returns the parts of the loss, means over the last epoch, with what was selected; and over each epoch.
  ///
  /// - Parameter fitted: the detector as it stands, ready to judge.
  /// - Throws: ``InspectionError`` where the loss is not a number, or what the context's functions throw.
  func train(
    _ network: PEDENetNetwork, _ parameters: Parameters, fitted: () throws -> FittedPEDENet
  ) throws -> (metrics: [String: Double], history: [String: [Double]]) {
    parameters.enableGradients()
    let adam = Adam(parameters.trainable, learningRate: settings.learningRate)
    var random = SeededRandom(seed: context.seed &+ 1)
    let dropout = Generator(seed: context.seed &+ 2)
    let images = Array(0..<sampler.images.count)
    let batches = (images.count + settings.batchSize - 1) / settings.batchSize
    let total = settings.epochs * batches
    var history: [String: [Double]] = [:]
    var selected: [String: Double] = [:]
    var best: [String: Tensor]?
    for epoch in 0..<settings.epochs {
      let order = images.shuffled(using: &random)
      var metrics: [String: Double] = [:]
      for batch in 0..<batches {
        let start = batch * settings.batchSize
        let numbers = Array(order[start..<min(start + settings.batchSize, order.count)])
        let step = epoch * batches + batch
        (adam.learningRate, adam.beta1) = settings.schedule.settings(
          step: step, of: total, epoch: epoch, rate: settings.learningRate)
        let drawn = try pairs(of: numbers, step: step, network, using: &random)
        let (loss, parts) = try loss(
          of: drawn, network, progress: Double(step) / Double(total), dropout: dropout)
        guard loss.item().isFinite else { throw divergence("the loss is not a number", epoch) }
        adam.step(
          zip(adam.parameters, loss.gradients(of: adam.parameters)).map { parameter, gradient in
            gradient ?? noGrad { parameter.detached() * 0 }
          })
        for (name, value) in parts { metrics[name, default: 0] += value / Double(batches) }
        try context.report(
          WorkProgress(
            stage: "training", completed: step + 1, total: total, unit: "steps",
            metrics: parts.map { (name: $0, value: $1) }))
      }
      for (name, value) in metrics { history[name, default: []].append(value) }
      if let selection = context.selection {
        let score = try selection(fitted())
        guard score > selected[FitContext.selectionScore] ?? -.infinity else { continue }
        selected[FitContext.selectedEpoch] = Double(epoch + 1)
        selected[FitContext.selectionScore] = score
        best = parameters.stateDictionary.mapValues { $0.detached().cloned() }
      }
    }
    if let best {
      noGrad { for (name, tensor) in best { parameters[name]?.copy(from: tensor) } }
    }
    return (history.compactMapValues(\.last).merging(selected) { $1 }, history)
  }

  /// One pair of embeddings for each pair of patches, by patch size.
  private func pairs(
    of numbers: [Int], step: Int, _ network: PEDENetNetwork, using random: inout SeededRandom
  ) throws -> [EmbeddedPairs] {
    switch settings.drawing {
    case .windows:
      let size = min(settings.window, sampler.images.height, sampler.images.width)
      let views = try sampler.windows(numbers, size: size, draw: UInt64(step)).to(context.device)
      let maps = network.encoder.dense(views, patchSizes: settings.patchSizes)
      return try zip(settings.patchSizes, maps).map { size, map in
        let (rows, columns) = (map.shape[2], map.shape[3])
        let pairs = PatchPairs(
          maps: numbers.count, rows: rows, columns: columns, count: settings.pairs,
          patchSize: size, step: PatchEncoder.step, placement: settings.placement, using: &random)
        let embeddings = map.permuted(0, 2, 3, 1).reshaped(-1, settings.dimensions)
        let secondViews = Tensor([Int64(numbers.count * rows * columns)])
        return EmbeddedPairs(
          first: embeddings.selecting(try pairs.first.to(context.device)),
          second: embeddings.selecting(try (pairs.second + secondViews).to(context.device)),
          directions: try pairs.directions.to(context.device))
      }
    case .patches:
      return try settings.patchSizes.map { size in
        let (patches, directions) = sampler.patches(
          numbers, count: settings.pairs, size: size, placement: settings.placement,
          draw: UInt64(step))
        let embeddings = network.encoder(try patches.to(context.device))
        let count = directions.count
        return EmbeddedPairs(
          first: embeddings[0..<count], second: embeddings[count..<2 * count],
          directions: try directions.to(context.device))
      }
    }
  }

  /// The loss, and its parts by name.
  ///
  /// - Parameter progress: the share of the steps that are done.
  private func loss(
    of drawn: [EmbeddedPairs], _ network: PEDENetNetwork, progress: Double, dropout: Generator
  ) throws -> (loss: Tensor, parts: [(String, Double)]) {
    let start = settings.densityStart
    let ramp = start > 0 ? max(0, progress - start) / (1 - start) : 1
    var sum = Tensor.zeros([], device: context.device)
    var parts: [(String, Double)] = []
    for (index, pairs) in drawn.enumerated() {
      let size = settings.patchSizes[index]
      if settings.locationWeight > 0 {
        let logits = network.locations[index](pairs.first, pairs.second)
        let loss = logits.crossEntropy(pairs.directions)
        let hits = (logits.argmax(1) .== pairs.directions).to(.float32).mean().item()
        sum = sum + loss * settings.locationWeight
        parts += [("locationLoss.\(size)", loss.item()), ("locationAccuracy.\(size)", hits)]
      }
      let memberships = network.memberships[index]
      let both = Tensor.concatenate([pairs.first, pairs.second])
      let embeddings = memberships.prepared(
        settings.densityShapesEmbeddings ? both : both.detached(), isTraining: true)
      if settings.densityWeight > 0 {
        let logits = memberships(embeddings, dropout: dropout)
        let loss = try density(embeddings, logits)
        sum = sum + loss * (settings.densityWeight * ramp)
        parts.append(("densityLoss.\(size)", loss.item()))
      }
    }
    return (sum, [("loss", sum.item())] + parts)
  }

  private func density(_ embeddings: Tensor, _ logits: Tensor) throws -> Tensor {
    do throws(StatisticsError) {
      return try settings.densityLoss(
        embeddings, logits: logits, regularizer: settings.regularizer,
        penalty: settings.variancePenalty)
    } catch {
      throw divergence(error.found, nil)
    }
  }

  private func divergence(_ found: String, _ epoch: Int?) -> InspectionError {
    InspectionError(
      "training", found: found + (epoch.map { " in epoch \($0 + 1)" } ?? ""),
      remedy: "lower the learning rate (\(settings.learningRate)), raise the regularizer"
        + " (\(settings.regularizer)), or look for broken images")
  }
}
