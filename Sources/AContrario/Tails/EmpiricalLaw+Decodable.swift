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
