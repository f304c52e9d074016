import Foundation
import Inspection
import Torch

/// U-Flow's anomaly map (section 3.4): `P`, the mean over scales of the upsampled `exp(-1/2 mean_c z_c^2)`, low where the
/// image is anomalous.
///
/// The paper's map is `1 - P`. This one is `-log P`, which ranks all pixels alike, but where the latents are so long that
/// `P` is 0 in floating point the paper's map ties and this one does not. So all of it stays in the log domain.
package struct LikelihoodMap: Sendable {
  /// Of each scale, `[N, h, w]`.
  let logLikelihoods: [Tensor]

  package init(_ evidence: Evidence) {
    logLikelihoods = evidence.scales.map { scale in
      guard case .chiSquare(let components) = scale.null else {
        preconditionFailure("a flow's statistic is chi-square")
      }
      return scale.statistic * (-0.5 / Double(components))
    }
  }

  /// `[N, height, width]`.
  package func callAsFunction(height: Int, width: Int) -> Tensor {
    let maps = logLikelihoods.map { map in
      Self.upsampled(Self.upsampled(map, to: height, axis: 1), to: width, axis: 2)
    }
    let sum = maps.dropFirst().reduce(maps[0], Tensor.logAddExp)
    return log(Double(maps.count)) - sum
  }

  /// Linear interpolation along one axis (corners not aligned) of what the logarithms stand for.
  private static func upsampled(_ map: Tensor, to size: Int, axis: Int) -> Tensor {
    let taps = LinearTaps(from: map.shape[axis], to: size)
    let shape = axis == 1 ? [1, size, 1] : [1, 1, size]
    let part = { (indices: [Int], weights: [Double]) in
      map.selecting(Tensor(indices).moved(to: map.device), axis: axis)
        + Tensor(weights.map { log($0) }).to(map.dtype).moved(to: map.device).reshaped(shape)
    }
    return .logAddExp(part(taps.lower, taps.lowerWeights), part(taps.upper, taps.upperWeights))
  }
}

/// The two samples, and their weights, that make each sample of a line at another length (corners not aligned).
struct LinearTaps {
  let lower: [Int]
  let upper: [Int]
  let upperWeights: [Double]
  var lowerWeights: [Double] { upperWeights.map { 1 - $0 } }

  init(from count: Int, to size: Int) {
    let positions = (0..<size).map {
      max((Double($0) + 0.5) * Double(count) / Double(size) - 0.5, 0)
    }
    lower = positions.map { min(Int($0), count - 1) }
    upper = lower.map { min($0 + 1, count - 1) }
    upperWeights = zip(positions, lower).map { $0 - Double($1) }
  }
}
