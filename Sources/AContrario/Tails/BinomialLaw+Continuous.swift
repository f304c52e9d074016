import Foundation

extension BinomialLaw {
  /// log10 of the integral from x to n of the binomial density with gamma functions in place of the
  /// factorials (U-Flow, arXiv 2211.12353, high-precision test): a survival for counts that are not
  /// whole, such as averages over channels.
  ///
  /// Within 1e-13 of the integral. The density is taken on 0...n only, where it holds not quite all of
  /// a unit of mass: the result is the integral as it stands, never above 0, and the same for all
  /// x <= 0. From x = n on it is -infinity; whoever adds such values up has to set a floor.
  public func log10ContinuousSurvival(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    let n = Double(trials)
    let p = probability
    let q = 1 - p
    guard x < n && p > 0 else { return -.infinity }
    guard q > 0 else { return 0 }
    let start = max(x, 0)
    let peak = min(max((n + 1) * p - 0.5, start), n)
    let top = logDensity(peak, p, q)
    // The density is log-concave: beyond the points where it has fallen by e^-42 lies nothing that
    // shows in 16 digits, and between them two dozen panels follow it closely.
    let isRelevant = { (t: Double) in logDensity(t, p, q) > top - 42 }
    let low = boundary(from: peak, to: start, while: isRelevant)
    let high = boundary(from: peak, to: n, while: isRelevant)
    let panels = 24
    let width = (high - low) / Double(panels)
    var sum = 0.0
    for panel in 0..<panels {
      let middle = low + (Double(panel) + 0.5) * width
      for (node, weight) in Self.gaussLegendre {
        let offset = node * width / 2
        sum += weight * exp(logDensity(middle - offset, p, q) - top)
        sum += weight * exp(logDensity(middle + offset, p, q) - top)
      }
    }
    return min(0, (top + log(sum * width / 2)) * M_LOG10E)
  }

  /// The point between both where `holds` turns false, or `end` where it never does.
  private func boundary(
    from start: Double, to end: Double, while holds: (Double) -> Bool
  ) -> Double {
    if holds(end) { return end }
    var inside = start
    var outside = end
    for _ in 0..<16 {
      let middle = (inside + outside) / 2
      if holds(middle) { inside = middle } else { outside = middle }
    }
    return outside
  }

  /// The positive nodes and their weights of Gauss-Legendre quadrature with ten points.
  private static let gaussLegendre = [
    (0.148_874_338_981_631_21, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_19, 0.269_266_719_309_996_36),
    (0.679_409_568_299_024_41, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_51, 0.149_451_349_150_580_59),
    (0.973_906_528_517_171_72, 0.066_671_344_308_688_138),
  ]
}
