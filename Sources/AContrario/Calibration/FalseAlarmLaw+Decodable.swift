extension FalseAlarmLaw: Decodable {
  private enum CodingKeys: CodingKey {
    case imageCount, knots, tail
  }

  /// Throws `DecodingError` where the numbers make no law.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    imageCount = try container.decode(Int.self, forKey: .imageCount)
    knots = try container.decode([Knot].self, forKey: .knots)
    tail = try container.decodeIfPresent(GeneralizedPareto.self, forKey: .tail)
    let isFalling = zip(knots, knots.dropFirst()).allSatisfy {
      $0.evidence > $1.evidence && $0.log10FalseAlarms <= $1.log10FalseAlarms
    }
    let isFinite = knots.allSatisfy { $0.evidence.isFinite && $0.log10FalseAlarms.isFinite }
    guard imageCount > 0, isFalling, isFinite, knots.last.map({ $0.evidence > 0 }) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .knots, in: container,
        debugDescription: "\(knots.count) knots from \(imageCount) images make no law: expected at "
          + "least one image, and false alarms that grow as the evidence falls towards 0; "
          + "learn the law anew")
    }
    // A tail that ends would call some evidence impossible.
    guard tail.map({ !knots.isEmpty && $0.shape >= 0 }) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .tail, in: container,
        debugDescription: "a tail without knots, or of a shape below 0; learn the law anew")
    }
  }
}
