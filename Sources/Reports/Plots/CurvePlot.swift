import Workbench

/// Draws curves over the unit square, each with its own dash so that color is not needed to tell them apart.
struct CurvePlot {
  struct Line {
    let name: String
    /// Both between 0 and 1.
    let points: [(x: Double, y: Double)]
    let area: Double?
    /// Which of the eight styles draws it.
    let style: Int

    fileprivate var label: String { area.map { "\(name) \(Digits.ratio($0))" } ?? name }
  }

  let title: String
  let horizontal: String
  let vertical: String
  /// Whether guessing draws the diagonal.
  let hasChanceLine: Bool
  let lines: [Line]

  /// Nil where there is no curve.
  var svg: String? {
    if lines.isEmpty { return nil }
    let (left, top, side) = (46.0, 10.0, 310.0)
    var svg = SVG(
      width: left + side + 10, height: top + side + 42, title: title,
      summary: "Area under the curve: " + lines.map(\.label).joined(separator: ", "))
    func x(_ rate: Double) -> Double { left + rate * side }
    func y(_ rate: Double) -> Double { top + (1 - rate) * side }

    svg.unitGrid(x: x, y: y)
    if hasChanceLine { svg.line(x(0), y(0), x(1), y(1), style: "chance") }
    for line in lines {
      svg.path(line.points.map { (x: x($0.x), y: y($0.y)) }, style: "curve curve\(line.style % 8)")
    }
    svg.text(horizontal, x: x(0.5), y: y(0) + 36, anchor: .middle, style: "axis")
    svg.text(vertical, x: 11, y: y(0.5), anchor: .middle, style: "axis", upright: false)

    // Names go to the side where the curves leave room below them.
    let start = isHighOnTheRight ? x(0.5) : x(0) + 12
    let longest = lines.map(\.label.count).max() ?? 0
    svg.rectangle(
      x: start - 6, y: y(0) - 14 - Double(lines.count) * 21,
      width: min(46 + Double(longest) * 8, x(1) - start + 4), height: Double(lines.count) * 21 + 8,
      style: "veil")
    for (index, line) in lines.enumerated() {
      let row = y(0) - 16 - Double(lines.count - 1 - index) * 21
      svg.line(start, row - 4, start + 26, row - 4, style: "curve curve\(line.style % 8)")
      svg.text(line.label, x: start + 34, y: row, style: "legend")
    }
    return svg.markup
  }

  private var isHighOnTheRight: Bool {
    func lowest(_ isInside: (Double) -> Bool) -> Double {
      lines.flatMap(\.points).filter { isInside($0.x) }.map(\.y).min() ?? 1
    }
    return lowest { $0 > 0.5 } >= lowest { $0 <= 0.5 }
  }
}

extension SVG {
  /// Lines and labels at the quarters of the unit square.
  mutating func unitGrid(x: (Double) -> Double, y: (Double) -> Double) {
    for tick in [0, 0.25, 0.5, 0.75, 1] {
      line(x(tick), y(0), x(tick), y(1), style: "grid")
      line(x(0), y(tick), x(1), y(tick), style: "grid")
      let label = Digits.fixed(tick, tick == 0.5 ? 1 : tick == 0 || tick == 1 ? 0 : 2)
      text(label, x: x(tick), y: y(0) + 17, anchor: .middle, style: "tick")
      text(label, x: x(0) - 7, y: y(tick) + 4, anchor: .end, style: "tick")
    }
  }
}
