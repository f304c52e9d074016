import Foundation
import Inspection
import Torch

/// How the latents of good images are spread on each scale, to be held against the standard normal law that U-Flow's
/// theory takes them to follow.
struct LatentQuantiles {
  /// Where the law is looked at, in standard deviations: a latent lies below a level as often as a normal variable does.
  static let levels = (-40...40).map { Double($0) / 10 }
  /// Images that suffice: each has thousands of latents.
  private static let largestSample = 16

  private static let heldOut = "latentQuantiles.heldOut"
  private static let learnt = "latentQuantiles.learnt"
  static let names = [heldOut, learnt]

  /// `[scales, levels]`, finest scale first.
  let values: Tensor
  /// Whether the images were held out; the flow has learnt them otherwise.
  let areHeldOut: Bool

  /// Of the held-out images or, where there are none, some of those that were learnt.
  init(
    of network: UFlowNetwork, _ features: FeatureCache, _ split: ValidationSplit, on device: Device
  ) throws {
    areHeldOut = !split.heldOut.isEmpty
    let images = areHeldOut ? split.heldOut : split.learning
    let size = min(images.count, Self.largestSample)
    let sample = (0..<size).map { images[$0 * images.count / size] }
    var latents: [[Tensor]] = features.shapes.map { _ in [] }
    for image in sample {
      let batch = try features.batch(Tensor([image]), on: device)
      let result = noGrad { network.flow(network.normalization.adapt(batch)).latents }
      for (scale, latent) in result.enumerated() { latents[scale].append(latent.reshaped(-1)) }
    }
    values = .stack(latents.map { Self.quantiles(of: .concatenate($0)) })
  }

  /// Those among a bundle's tensors; nil where it has none for as many scales, as bundles of early versions: they are but
  /// shown, and no score depends on them.
  init?(_ tensors: [String: Tensor], scales: Int) {
    guard let (name, values) = tensors.first(where: { Self.names.contains($0.key) }),
      values.shape == [scales, Self.levels.count]
    else { return nil }
    self.values = values
    areHeldOut = name == Self.heldOut
  }

  var tensors: [String: Tensor] { [areHeldOut ? Self.heldOut : Self.learnt: values] }

  private static func quantiles(of latents: Tensor) -> Tensor {
    let sorted = latents.moved(to: .cpu).to(.float32).sorted().values.array(of: Float.self)
    return Tensor(
      levels.map { level -> Float in
        let place = 0.5 * erfc(-level / 2.0.squareRoot()) * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * Float(place - Double(below))
      })
  }
}

extension LatentQuantiles {
  /// A Q-Q plot with a line for each scale, and what is to be seen in it.
  ///
  /// - Parameter names: what people call the scales.
  func diagnostic(names: [String]) -> Diagnostic {
    let rows = (0..<values.shape[0]).map { values[$0].to(.float32).array(of: Float.self) }
    let lines = zip(names, rows).map { name, row in
      Diagnostic.Plot.Line(
        name: name, points: zip(Self.levels, row).map { (x: $0, y: Double($1)) })
    }
    let images =
      areHeldOut ? "held-out good images" : "good images that the flow has learnt from"
    return Diagnostic(
      heading: "Latents against the standard normal law",
      note: "Quantiles of the latents of \(images), those of the law below them; where the"
        + " latents follow it, the lines lie on the diagonal. \(Self.finding(names, rows))",
      plot: Diagnostic.Plot(
        horizontal: "standard normal", vertical: "latents", hasDiagonal: true, lines: lines))
  }

  /// What the tails look like, three deviations out, in a sentence.
  private static func finding(_ names: [String], _ rows: [[Float]]) -> String {
    // Both are among the levels, and a flow has one scale at least.
    let (low, high) = (levels.firstIndex(of: -3)!, levels.firstIndex(of: 3)!)
    let reach = rows.map { Double(max(-$0[low], $0[high])) }
    let worst = zip(names, reach).max { $0.1 < $1.1 }!
    let told = String(format: "%.1f", worst.1)
    if worst.1 > 3.3 {
      return "Tails are heavier than normal, most at \(worst.0), where what should lie at 3 lies"
        + " at \(told): the theoretical null distribution takes large latents for rarer than they are, so"
        + " that its false alarms may be more than expected."
    }
    if reach.contains(where: { $0 < 2.7 }) {
      return "Tails are nowhere heavier than normal, and lighter on a scale: the theoretical law"
        + " errs on the safe side."
    }
    return "Tails are as the law has them, out to 3: single latents give no reason to doubt the"
      + " theoretical law."
  }
}
