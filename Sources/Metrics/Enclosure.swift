/// A figure of which only bounds are known, with certainty.
public struct Enclosure: Equatable, Sendable {
  public let lower: Double
  public let upper: Double

  /// The middle of the bounds.
  public var value: Double { (lower + upper) / 2 }
  /// How far the true figure can be from `value` at most.
  public var error: Double { (upper - lower) / 2 }
}
