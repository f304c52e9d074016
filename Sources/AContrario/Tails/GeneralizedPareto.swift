import Foundation

/// The generalized Pareto law of what a statistic has above a high threshold (Pickands 1975).
///
/// P(excess > y) = (1 + shape y / scale)^(-1 / shape), or exp(-y / scale) for shape 0. With a negative
/// shape the law ends at -scale / shape and nothing beyond is possible.
public struct GeneralizedPareto: Sendable, Equatable, Encodable {
  public let scale: Double
  public let shape: Double

  /// A scale greater than 0.
  public init(scale: Double, shape: Double) {
    precondition(scale > 0, "a generalized Pareto law needs a scale above 0")
    self.scale = scale
    self.shape = shape
  }

  /// log10 P(excess > y), for y of at least 0; finite for all y where the shape is at least 0.
  public func log10Survival(_ excess: Double) -> Double {
    let y = min(excess / scale, .greatestFiniteMagnitude)
    if shape == 0 { return -y * M_LOG10E }
    let growth = max(-1, min(shape * y, .greatestFiniteMagnitude))
    return -log1p(growth) / shape * M_LOG10E
  }
}

extension GeneralizedPareto: Decodable {
  /// Throws `DecodingError` where the numbers make no law.
  public init(from decoder: any Decoder) throws {
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
