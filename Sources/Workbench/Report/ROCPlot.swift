import Metrics

/// Draws ROC curves into one square, each with its own dash so that color is not needed to tell them apart.
struct ROCPlot {
  let curves: [Report.Curve]

  /// Nil where no curve is defined.
  var svg: String? {
    let defined = curves.compactMap { curve in curve.roc.map { (curve.name, $0) } }
    if defined.isEmpty { return nil }
    let (left, top, side) = (46.0, 10.0, 310.0)
    let labels = defined.map { "\($0) \(Digits.ratio($1.area))" }
    var svg = SVG(
      width: left + side + 10, height: top + side + 42, title: "ROC curves",
      summary: "Area under the curve: " + labels.joined(separator: ", "))
    func x(_ rate: Double) -> Double { left + rate * side }
    func y(_ rate: Double) -> Double { top + (1 - rate) * side }

    for tick in [0, 0.25, 0.5, 0.75, 1] {
      svg.line(x(tick), y(0), x(tick), y(1), style: "grid")
      svg.line(x(0), y(tick), x(1), y(tick), style: "grid")
      let label = Digits.fixed(tick, tick == 0.5 ? 1 : tick == 0 || tick == 1 ? 0 : 2)
      svg.text(label, x: x(tick), y: y(0) + 17, anchor: .middle, style: "tick")
      svg.text(label, x: left - 7, y: y(tick) + 4, anchor: .end, style: "tick")
    }
    svg.line(x(0), y(0), x(1), y(1), style: "chance")
    for (index, (_, roc)) in defined.enumerated() {
      let points = roc.points.map { (x: x($0.falsePositiveRate), y: y($0.truePositiveRate)) }
      svg.path(points, style: "curve curve\(index % 3)")
    }
    svg.text("false alarm rate", x: x(0.5), y: y(0) + 36, anchor: .middle, style: "axis")
    svg.text(
      "detection rate", x: 11, y: y(0.5), anchor: .middle, style: "axis", upright: false)

    for (index, label) in labels.enumerated() {
      let row = y(0) - 16 - Double(labels.count - 1 - index) * 21
      svg.line(x(0.5), row - 4, x(0.5) + 26, row - 4, style: "curve curve\(index % 3)")
      svg.text(label, x: x(0.5) + 34, y: row, style: "legend")
    }
    return svg.markup
  }
}
