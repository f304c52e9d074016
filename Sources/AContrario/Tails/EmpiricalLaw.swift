import Foundation

/// The law of a statistic as learned from good images, for statistics no formula is known for.
///
/// Up to a high threshold it is the sample's own survival function, beyond it a generalized Pareto
/// tail, so that values never seen get probabilities too. With n values, m of them at least x, the
/// survival at x is (m + 1) / (n + 1): a sample of n never claims less than 1 / (n + 1) by itself.
public struct EmpiricalLaw: TailLaw, Equatable, Encodable {
  /// One point of the survival function below the threshold.
  package struct Quantile: Sendable, Equatable, Codable {
    package let value: Double
    /// log10 P(X >= value).
    package let log10Survival: Double
  }

  /// The value above which the Pareto tail holds.
  package let threshold: Double
  /// P(X > threshold).
  package let tailProbability: Double
  /// The law of X - threshold above the threshold; nil where the sample is constant and says nothing
  /// of larger values, which then all keep the tail probability 1 / (n + 1).
  package let tail: GeneralizedPareto?
  /// At most 512, from the least value of the sample to the threshold, evenly spread in log survival
  /// as far as ties allow; between them log10 survival is linear in the value.
  package let quantiles: [Quantile]

  static let quantileCount = 512
  /// A larger sample of excesses is thinned to this many of its own quantiles before the fit.
  static let fittedCount = 8192
  /// With fewer excesses nothing can be said of a tail, so small samples lend it more than their
  /// tail fraction, up to half of the sample.
  static let leastExcessCount = 20

  /// Learns the law of the sample, in any order; values may repeat.
  ///
  /// `tailFraction` is the share of the sample, in 0...1/2, that the tail is fitted to; where values
  /// tie, the share that comes closest. `shapes` limits the shape of the tail: by default it is at
  /// least 0, for a negative shape ends the law at a finite value and makes everything beyond
  /// impossible (-infinity), and at most 2. Bounds: at least -1/2. Takes time linear in the
  /// size of the sample.
  ///
  /// Throws ``SampleError`` where the sample is empty or holds a value that is not finite.
  public init(
    sample: [Float], tailFraction: Double = 0.01, shapes: ClosedRange<Double> = 0...2
  ) throws {
    precondition(tailFraction >= 0 && tailFraction <= 0.5, "a tail fraction lies in 0...1/2")
    precondition(shapes.lowerBound >= -0.5, "the fit is not valid for shapes below -1/2")
    let sample = try SortedSample(sample)
    let total = Double(sample.count + 1)
    let threshold = Self.threshold(of: sample, tailFraction: tailFraction)
    let above = sample.countAbove(threshold)
    self.threshold = Double(threshold)
    tailProbability = Double(above + 1) / total
    tail =
      above == 0
      ? nil
      : GeneralizedPareto(
        ascending: Self.thinned(sample.values.suffix(above)).map { Double($0) - Double(threshold) },
        shapes: shapes)
    quantiles = Self.values(of: sample, upTo: threshold).map { value in
      // The share below the value keeps its digits where the survival is close to 1.
      let below = Double(sample.count - sample.countAtLeast(value))
      return Quantile(value: Double(value), log10Survival: log1p(-below / total) * M_LOG10E)
    }
  }

  public func log10Survival(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    if x > threshold {
      return log10(tailProbability) + (tail?.log10Survival(x - threshold) ?? 0)
    }
    if x <= quantiles[0].value { return 0 }
    var low = 0
    var high = quantiles.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if quantiles[middle].value < x { low = middle } else { high = middle }
    }
    let (left, right) = (quantiles[low], quantiles[high])
    let share = (x - left.value) / (right.value - left.value)
    return left.log10Survival * (1 - share) + right.log10Survival * share
  }

  /// The value that has as many values above it as the tail fraction says, or in ties the one of
  /// both neighbors that comes closer to that.
  private static func threshold(of sample: SortedSample, tailFraction: Double) -> Float {
    let wanted = max(
      Int((Double(sample.count) * tailFraction).rounded()),
      min(leastExcessCount, sample.count / 2), 1)
    let upper = sample.values[sample.count - wanted]
    guard let lower = sample.predecessor(of: upper) else { return upper }
    let (fewer, more) = (sample.countAbove(upper), sample.countAbove(lower))
    // By ratio: fewer < wanted <= more, and no excess at all is infinitely far away.
    return fewer * more >= wanted * wanted ? upper : lower
  }

  private static func thinned(_ values: ArraySlice<Float>) -> [Float] {
    guard values.count > fittedCount else { return Array(values) }
    return (0..<fittedCount).map { index in
      values[values.startIndex + (2 * index + 1) * values.count / (2 * fittedCount)]
    }
  }

  /// Distinct values from the least one to the threshold.
  private static func values(of sample: SortedSample, upTo threshold: Float) -> [Float] {
    let last = Double(sample.count - sample.countAtLeast(threshold))
    let lastLog = log1p(-last / Double(sample.count + 1))
    var values: [Float] = []
    for step in 0..<quantileCount {
      let log = lastLog * Double(step) / Double(quantileCount - 1)
      let rank = min(last, (-expm1(log) * Double(sample.count + 1)).rounded())
      let value = sample.values[Int(rank)]
      if values.last != value { values.append(value) }
    }
    return values
  }
}

extension EmpiricalLaw: Decodable {
  private enum CodingKeys: CodingKey {
    case threshold, tailProbability, tail, quantiles
  }

  /// Throws `DecodingError` where the numbers make no survival function.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    threshold = try container.decode(Double.self, forKey: .threshold)
    tailProbability = try container.decode(Double.self, forKey: .tailProbability)
    tail = try container.decodeIfPresent(GeneralizedPareto.self, forKey: .tail)
    quantiles = try container.decode([Quantile].self, forKey: .quantiles)
    let isFalling = zip(quantiles, quantiles.dropFirst()).allSatisfy {
      $0.value < $1.value && $0.log10Survival >= $1.log10Survival
    }
    guard isFalling, let first = quantiles.first, let last = quantiles.last,
      first.value.isFinite, first.log10Survival <= 0, last.value == threshold,
      threshold.isFinite, last.log10Survival > -.infinity,
      tailProbability > 0, tailProbability <= 1
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .quantiles, in: container,
        debugDescription: "\(quantiles.count) quantiles up to the threshold \(threshold) with tail "
          + "probability \(tailProbability) make no survival function: expected rising values, "
          + "the last one the threshold, and falling log10 survival; learn the law anew")
    }
  }
}

/// Why no law can be learned from a sample.
public enum SampleError: Error, Equatable, Sendable, CustomStringConvertible {
  case empty
  /// A value is NaN or infinite, at this index of the sample.
  case nonFinite(index: Int, value: String)

  public var description: String {
    switch self {
    case .empty:
      "the sample holds no value: learn the law of a statistic from one good image at least"
    case .nonFinite(let index, let value):
      "value \(index) of the sample is \(value), expected a finite number: "
        + "look at the image it belongs to and at the detector's training"
    }
  }
}
