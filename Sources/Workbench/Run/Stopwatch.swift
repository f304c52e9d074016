/// Seconds that the stages of a run take.
public struct Stopwatch {
  public private(set) var seconds: [String: Double] = [:]

  public init() {}

  /// Adds the time of `body` to a stage.
  public mutating func measure<Result>(_ stage: String, _ body: () throws -> Result) rethrows
    -> Result
  {
    let start = ContinuousClock.now
    defer { seconds[stage, default: 0] += (ContinuousClock.now - start).inSeconds }
    return try body()
  }
}

extension Duration {
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
