import Foundation

/// Repeated timings of one thing.
struct Measurement {
  /// Seconds of each repeat.
  let seconds: [Double]

  init(repeats: Int, warmUp: Int = 1, _ body: () throws -> Void) rethrows {
    for _ in 0..<warmUp { try body() }
    seconds = try (0..<repeats).map { _ in
      let start = ContinuousClock.now
      try body()
      let duration = (ContinuousClock.now - start).components
      return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }
  }

  var median: Double { seconds.sorted()[seconds.count / 2] }
  var least: Double { seconds.min() ?? 0 }

  /// Median and least with `scale` units a second, over `count` calls a repeat.
  func summary(scale: Double, count: Int = 1) -> [String: Double] {
    let rounded = { (value: Double) in (value * scale / Double(count) * 1000).rounded() / 1000 }
    return ["median": rounded(median), "least": rounded(least)]
  }
}
