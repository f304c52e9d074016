import Workbench

/// Draws a metric of every run: a row for each detector and data set, a dot for each seed, a tick at their mean.
struct DotPlot {
  struct Row {
    let label: String
    /// Which of the detectors it is: each has a shade of its own.
    let series: Int
    let values: [Double]
  }

  let metric: Metric
  let rows: [Row]

  /// Nil where no run has the metric.
  var svg: String? {
    let values = rows.flatMap(\.values).filter(\.isFinite)
    guard let least = values.min(), let most = values.max() else { return nil }
    let margin = most > least ? (most - least) * 0.05 : max(abs(most) * 0.05, 0.01)
    // A share ends at 0 and 1, whatever room the dots would like.
    let isShare = metric.unit == .ratio && least >= 0 && most <= 1
    let low = isShare ? max(least - margin, 0) : least - margin
    let high = isShare ? min(most + margin, 1) : most + margin
    let longest = rows.map(\.label.count).max() ?? 0
    let left = Double(min(max(longest, 8), 32)) * 8.5 + 12
    let (width, pitch, top) = (340.0, 24.0, 8.0)
    let bottom = top + pitch * Double(rows.count)
    var svg = SVG(
      width: left + width + 24, height: bottom + 42, title: metric.name,
      summary: rows.map { "\($0.label): \(SampleStatistic($0.values).text(metric))" }
        .joined(separator: "; "))
    let axis = Axis(low...high, count: 5)
    func x(_ value: Double) -> Double { left + axis.position(value) * width }
    for tick in axis.ticks {
      svg.line(x(tick), top, x(tick), bottom, style: "grid")
      svg.text(axis.label(tick), x: x(tick), y: bottom + 17, anchor: .middle, style: "tick")
    }
    let unit = metric.unit == .milliseconds ? " (ms)" : ""
    svg.text(
      metric.name + unit, x: left + width / 2, y: bottom + 36, anchor: .middle, style: "axis")
    for (index, row) in rows.enumerated() {
      let y = top + pitch * (Double(index) + 0.5)
      let label = row.label.count > 32 ? row.label.prefix(31) + "…" : row.label
      svg.text(label, x: left - 10, y: y + 4, anchor: .end)
      svg.line(left, y, left + width, y, style: "grid")
      let finite = row.values.filter(\.isFinite)
      guard let mean = SampleStatistic(finite).mean else {
        svg.text(Digits.undefined, x: left + 6, y: y + 4, style: "tick")
        continue
      }
      svg.line(x(mean), y - 8, x(mean), y + 8, style: "mean")
      for value in finite {
        svg.dot(
          x: x(value), y: y, radius: 4, style: "seed seed\(row.series % 4)",
          hint: "\(row.label): \(metric.text(value))")
      }
    }
    return svg.markup
  }
}
