/// Mean and spread of a figure over seeds.
struct SampleStatistic: Equatable {
  let count: Int
  /// Nil where there is no number.
  let mean: Double?
  /// The sample standard deviation, with n - 1 below; nil below two numbers.
  let deviation: Double?
  let range: ClosedRange<Double>?

  init(_ values: [Double]) {
    count = values.count
    guard let least = values.min(), let most = values.max() else {
      (mean, deviation, range) = (nil, nil, nil)
      return
    }
    let mean = values.reduce(0, +) / Double(count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
    range = least...most
  }

  /// `0.981 ± 0.004`; without the deviation where there is none.
  func text(_ metric: Metric) -> String {
    let center = metric.text(mean)
    guard mean != nil, let deviation else { return center }
    return "\(center) ± \(Self.spread(deviation, metric))"
  }

  /// More decimals where the usual ones would show no spread at all.
  private static func spread(_ deviation: Double, _ metric: Metric) -> String {
    guard metric.unit == .ratio, deviation > 0 else { return metric.text(deviation) }
    return (3...6).lazy.map { Digits.fixed(deviation, $0) }
      .first { text in text.contains { "123456789".contains($0) } } ?? metric.text(deviation)
  }
}
