import Foundation

/// The generalized Pareto law of what a statistic has above a high threshold (Pickands 1975).
///
/// P(excess > y) = (1 + shape y / scale)^(-1 / shape), or exp(-y / scale) for shape 0. With a negative
/// shape the law ends at -scale / shape and nothing beyond is possible.
package struct GeneralizedPareto: Sendable, Equatable, Encodable {
  package let scale: Double
  package let shape: Double

  /// A scale greater than 0.
  package init(scale: Double, shape: Double) {
    precondition(scale > 0, "a generalized Pareto law needs a scale above 0")
    self.scale = scale
    self.shape = shape
  }

  /// log10 P(excess > y), for y of at least 0; finite for all y where the shape is at least 0.
  package func log10Survival(_ excess: Double) -> Double {
    let y = min(excess / scale, .greatestFiniteMagnitude)
    if shape == 0 { return -y * M_LOG10E }
    let growth = max(-1, min(shape * y, .greatestFiniteMagnitude))
    return -log1p(growth) / shape * M_LOG10E
  }
}

extension GeneralizedPareto: Decodable {
  /// Throws `DecodingError` where the numbers make no law.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let scale = try container.decode(Double.self, forKey: .scale)
    let shape = try container.decode(Double.self, forKey: .shape)
    guard scale > 0, scale.isFinite, shape.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .scale, in: container,
        debugDescription: "a tail of scale \(scale) and shape \(shape) is none: expected finite "
          + "numbers and a scale above 0; learn the law anew")
    }
    self.init(scale: scale, shape: shape)
  }
}

extension GeneralizedPareto {
  /// The law fitted to excesses: at least one, all greater than 0 and in ascending order.
  ///
  /// The shape is the quasi-Bayesian profile-likelihood estimate of Zhang and Stephens ("A new and
  /// efficient estimation method for the generalized Pareto distribution", Technometrics 2009). It
  /// exists for every sample, needs no iteration, and unlike probability-weighted moments stays
  /// valid for heavy tails (shape of 1/2 and more). It is then drawn towards 1/2 as though ten more
  /// excesses said so (Vehtari et al., "Pareto smoothed importance sampling", JMLR 2024): a few
  /// excesses cannot show that a tail is light, so it is taken to be heavy. At last it is clamped
  /// to `shapes`, and the scale is the likeliest one for the shape that results.
  package init(ascending excesses: [Double], shapes: ClosedRange<Double>) {
    let count = Double(excesses.count)
    let mean = excesses.reduce(0) { $0 + $1 / count }
    let units = excesses.map { $0 / mean }
    let drawn = (count * Self.estimateShape(units) + 10 * 0.5) / (count + 10)
    let shape = min(max(drawn, shapes.lowerBound), shapes.upperBound)
    self.init(scale: mean * Self.likeliestScale(units, shape: shape), shape: shape)
  }

  /// The estimate of Zhang and Stephens, with their theta = -shape / scale.
  private static func estimateShape(_ excesses: [Double]) -> Double {
    let count = Double(excesses.count)
    let candidates = 20 + Int(count.squareRoot())
    let largest = excesses[excesses.count - 1]
    let quartile = excesses[max(0, Int(count / 4 + 0.5) - 1)]
    let thetas = (1...candidates).map { j in
      1 / largest + (1 - (Double(candidates) / (Double(j) - 0.5)).squareRoot()) / (3 * quartile)
    }
    let logLikelihoods = thetas.map { theta in
      let shape = profileShape(excesses, theta)
      // The limit for theta -> 0 is the exponential law with mean 1.
      let logDensity = theta == 0 ? 0 : log(-theta / shape)
      return count * (logDensity - shape - 1)
    }
    // There are more than 20 candidates.
    let best = logLikelihoods.max()!
    let weights = logLikelihoods.map { exp($0 - best) }
    let theta = zip(thetas, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    return profileShape(excesses, theta)
  }

  /// The likeliest shape for a given theta = -shape / scale.
  private static func profileShape(_ excesses: [Double], _ theta: Double) -> Double {
    excesses.reduce(0) { $0 + log1p(-theta * $1) } / Double(excesses.count)
  }

  /// The root of (1 + shape) mean(y / (scale + shape y)) = 1, which falls in the scale.
  private static func likeliestScale(_ excesses: [Double], shape: Double) -> Double {
    let largest = excesses[excesses.count - 1]
    var low = max(0, -shape * largest)
    var high = (1 + abs(shape)) * largest
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return high }
      let mean = excesses.reduce(0) { $0 + $1 / (middle + shape * $1) } / Double(excesses.count)
      if (1 + shape) * mean > 1 { low = middle } else { high = middle }
    }
  }
}
