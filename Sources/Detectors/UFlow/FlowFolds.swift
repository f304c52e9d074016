import Inspection
import Torch

/// What flows see in good images that they have not learnt from, for a fraction of what a fit for each fold would cost: features
/// are computed once, each is whitened already by what the other folds of the whitening tell, and what is left to fit is the flow.
///
/// A flow of some of the images, in half of the epochs, is not quite the one of all: it takes all images, those that it has learnt from
/// too, to be a little more or less usual. So its statistic is brought to the level of the final flow at each scale: by the ratio of both
/// over images that both have learnt from. What is left is what matters, how much stranger an image is to a flow that does
/// not know it.
struct FlowFolds {
  /// Of the flows, where no group of images is larger.
  static let count = 2
  /// Of the epochs of the final flow.
  private static let epochShare = 0.5
  /// Images that the levels of two flows are compared on.
  private static let comparedImages = 32
  private static let batchSize = 8

  let settings: UFlow
  let context: FitContext
  let features: FeatureCache
  /// The network before it has learnt.
  let initial: [String: Tensor]
  let strides: [Int]
  let final: FittedUFlow
  let height: Int
  let width: Int

  /// - Parameter judged: is given each image once, as ``CrossFittingDetector/fit(on:folds:_:judged:)`` says.
  func judge(_ folds: Folds, _ judged: (Int, ScoredBatch) throws -> Void) throws {
    for (index, part) in folds.parts.enumerated() {
      let others = folds.parts.enumerated().filter { $0.offset != index }.flatMap(\.element)
        .sorted()
      let network = try trained(on: others, "fold \(index + 1) of \(folds.parts.count)")
      let flow = FrozenFlow(network.flow)
      let ratios = try ratios(to: network, flow, on: others)
      for batch in batches(part) {
        let statistics = try statistics(network, flow, batch)
        for (place, image) in batch.enumerated() {
          let evidence = final.evidence(
            statistics: zip(statistics, ratios).map { $0[place..<place + 1] * $1 })
          try judged(image, final.scored(evidence, height: height, width: width))
        }
      }
    }
  }

  private func trained(on images: [Int], _ stage: String) throws -> UFlowNetwork {
    let parameters = Parameters(
      loading: try initial.mapValues { try $0.cloned().to(context.device) })
    let network = UFlowNetwork(
      parameters, settings: settings, strides: strides, shapes: features.shapes)
    var settings = settings
    settings.epochs = max(Int((Double(settings.epochs) * Self.epochShare).rounded()), 1)
    let trainer = UFlowTrainer(
      settings: settings, context: context.beside(stage), network: network,
      parameters: parameters, features: features,
      split: ValidationSplit(learning: images, heldOut: []))
    _ = try trainer.train { final }
    return network
  }

  /// By how much the final flow's statistic is larger than that of `flow`, at each scale.
  private func ratios(to network: UFlowNetwork, _ flow: FrozenFlow, on images: [Int]) throws
    -> [Double]
  {
    let size = min(images.count, Self.comparedImages)
    let sample = (0..<size).map { images[$0 * images.count / size] }
    var (own, finals) = ([Double](), [Double]())
    for batch in batches(sample) {
      func sums(_ statistics: [Tensor]) -> [Double] {
        statistics.map { $0.to(.float64).sum().item() }
      }
      func add(_ more: [Double], to all: inout [Double]) {
        all = all.isEmpty ? more : zip(all, more).map { $0 + $1 }
      }
      add(sums(try statistics(network, flow, batch)), to: &own)
      add(sums(try statistics(final.network, final.frozen, batch)), to: &finals)
    }
    return zip(finals, own).map { $1 > 0 && ($0 / $1).isFinite ? $0 / $1 : 1 }
  }

  /// Squared lengths of the latents, `[N, h, w]` at each scale.
  private func statistics(_ network: UFlowNetwork, _ flow: FrozenFlow, _ images: [Int]) throws
    -> [Tensor]
  {
    let batch = try features.batch(Tensor(images), on: context.device)
    return noGrad {
      flow.latents(network.normalization.adapt(batch)).map { $0.square().sum(1) }
    }
  }

  private func batches(_ images: [Int]) -> [[Int]] {
    stride(from: 0, to: images.count, by: Self.batchSize).map {
      Array(images[$0..<min($0 + Self.batchSize, images.count)])
    }
  }
}
