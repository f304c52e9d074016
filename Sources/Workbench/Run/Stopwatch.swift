/// Seconds that the stages of a run take.
package struct Stopwatch {
  package private(set) var seconds: [String: Double] = [:]

  package init() {}

  /// Adds the time of `body` to a stage.
  package mutating func measure<Result>(_ stage: String, _ body: () throws -> Result) rethrows
    -> Result
  {
    let start = ContinuousClock.now
    defer { seconds[stage, default: 0] += (ContinuousClock.now - start).inSeconds }
    return try body()
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
