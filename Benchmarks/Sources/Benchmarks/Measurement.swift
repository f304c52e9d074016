import Foundation

/// Repeated timings of one thing.
struct Measurement {
  /// Seconds of each repeat.
  let seconds: [Double]
  /// Seconds of each repeat on all processors together: where others use the machine, with one thread, the fairer figure.
  let processorSeconds: [Double]

  init(repeats: Int, warmUp: Int = 1, _ body: () throws -> Void) rethrows {
    for _ in 0..<warmUp { try body() }
    var (seconds, processorSeconds): ([Double], [Double]) = ([], [])
    for _ in 0..<repeats {
      let (start, processorStart) = (ContinuousClock.now, clock())
      try body()
      let duration = (ContinuousClock.now - start).components
      seconds.append(Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
      processorSeconds.append(Double(clock() - processorStart) / Double(CLOCKS_PER_SEC))
    }
    (self.seconds, self.processorSeconds) = (seconds, processorSeconds)
  }

  var median: Double { seconds.sorted()[seconds.count / 2] }
  var least: Double { seconds.min() ?? 0 }

  /// Median and least, and least on the processors, with `scale` units a second, over `count` calls a repeat.
  func summary(scale: Double, count: Int = 1) -> [String: Double] {
    let rounded = { (value: Double) in (value * scale / Double(count) * 1000).rounded() / 1000 }
    return [
      "median": rounded(median), "least": rounded(least),
      "processor": rounded(processorSeconds.min() ?? 0),
    ]
  }
}
