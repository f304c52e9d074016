import Inspection

/// What a training has seen so far.
struct TrainingState: Codable {
  /// The epoch that is kept, where one is chosen.
  struct Best: Codable {
    /// From 1.
    let epoch: Int
    /// Higher is better.
    let score: Double
  }

  /// Mean loss of each epoch that is done, in nats per latent component.
  var losses: [Double] = []
  /// The same of the held-out images after it; empty where none are held out.
  var heldOutLosses: [Double] = []
  var best: Best?
  /// Whether the best epoch is the best by ``FitContext/selection``.
  var isSelected = false

  /// Epochs that are done.
  var epoch: Int { losses.count }

  /// Takes note of how good the epoch just done is; returns whether it is the best so far.
  mutating func judge(_ score: Double) -> Bool {
    guard score > best?.score ?? -.infinity else { return false }
    best = Best(epoch: epoch, score: score)
    return true
  }

  var metrics: [String: Double] {
    var metrics: [String: Double] = [:]
    metrics["loss"] = losses.last
    if let best, isSelected {
      metrics[FitContext.selectedEpoch] = Double(best.epoch)
      metrics[FitContext.selectionScore] = best.score
    } else if let best {
      metrics["loss"] = losses[best.epoch - 1]
      metrics["heldOutLoss"] = heldOutLosses[best.epoch - 1]
      metrics[FitContext.keptEpoch] = Double(best.epoch)
    }
    return metrics
  }

  var history: [String: [Double]] {
    ["loss": losses, "heldOutLoss": heldOutLosses].filter { !$0.value.isEmpty }
  }
}
