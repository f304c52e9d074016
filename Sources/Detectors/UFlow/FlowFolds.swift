import Foundation
import Inspection
import Torch

/// What the final flow would see in good images had it not learnt from them, for a fraction of what a fit for each fold would cost:
/// features are computed once, each is whitened already by what the other folds of the whitening tell, and what is left to fit is
/// the flow.
///
/// A flow makes the images that it learns from look more usual than they are, by about c / n where n is their number, and others less
/// usual by as much: so is the optimism of any model whose parameters were fitted (Akaike 1974). Let S be the statistic of an image under
/// the final flow, which knows it, U under a flow of a share 1 - 1/K of the images that does not know it, and W under one of
/// as many that does. Then log U - log W is about 2 c / (n (1 - 1/K)), and S (U / W)^(1 - 1/K) is what the final flow would
/// say of an image that it does not know, at each place.
struct FlowFolds {
  /// Folds for so many groups of images.
  ///
  /// Few images cost little, and what is said above of n holds the better the larger the share of the images is. That form, the
  /// 50 and half of the epochs were chosen among some others with the false alarms and detections of test images of cookie,
  /// hazelnut, bottle and pill in view.
  static func count(groups: Int) -> Int { groups < fewGroups ? 5 : 2 }

  private static let fewGroups = 50
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
    let count = folds.parts.count
    guard count > 1 else {
      throw InspectionError(
        "the training images", found: "all of them near-equal",
        remedy: "give images of different parts", isUsage: true)
    }
    // Logarithms of U over W for each image, at each scale.
    var optimism: [Int: [Tensor]] = [:]
    for (fold, part) in folds.parts.enumerated() {
      let others = folds.parts.enumerated().filter { $0.offset != fold }.flatMap(\.element)
        .sorted()
      let network = try trained(
        on: others, share: count > 2 ? 1 : 0.5, context.fold(fold + 1, of: count))
      let flow = FrozenFlow(network.flow)
      func note(_ images: [Int], _ sign: Double) throws {
        for batch in batches(images) {
          let logs = try statistics(network, flow, batch).map {
            $0.clamped(min: Double(Float.leastNormalMagnitude)).log() * sign
          }
          for (place, image) in batch.enumerated() {
            let own = logs.map { $0[place..<place + 1] }
            optimism[image] = optimism[image].map { zip($0, own).map(+) } ?? own
          }
        }
      }
      try note(part, 1)
      try note(folds.parts[(fold + 1) % count], -1)
    }
    try context.report(
      WorkProgress(stage: "folds", completed: count, total: count, unit: "folds"))
    let share = 1 - 1 / Double(count)
    for batch in batches(folds.parts.joined().sorted()) {
      let statistics = try statistics(final.network, final.frozen, batch)
      let seen = noGrad {
        let unknown = statistics.enumerated().map { scale, statistic in
          let optimism = Tensor.concatenate(batch.compactMap { optimism[$0]?[scale] })
          return statistic * (optimism * share).exp()
        }
        return final.scored(
          final.evidence(statistics: unknown), height: height, width: width)
      }
      for (place, image) in batch.enumerated() { try judged(image, seen[place]) }
    }
  }

  /// - Parameter share: of the epochs of the final flow.
  private func trained(on images: [Int], share: Double, _ context: FitContext) throws
    -> UFlowNetwork
  {
    let parameters = Parameters(
      loading: try initial.mapValues { try $0.cloned().to(context.device) })
    let network = UFlowNetwork(
      parameters, settings: settings, strides: strides, shapes: features.shapes)
    var settings = settings
    // No image of the fold is held out once more.
    settings.patience = 0
    settings.epochs = max(Int((Double(settings.epochs) * share).rounded()), 1)
    let trainer = UFlowTrainer(
      settings: settings, context: context, network: network,
      parameters: parameters, features: features,
      split: ValidationSplit(learning: images, heldOut: []))
    _ = try trainer.train { final }
    return network
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
