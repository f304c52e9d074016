import Inspection
import Workbench

/// Draws lines over two linear axes, each with its own dash so that color is not needed to tell them apart.
struct LinePlot {
  let title: String
  let plot: Diagnostic.Plot

  /// Nil where there is nothing to draw.
  var svg: String? {
    let lines = plot.lines.map { line in
      (name: line.name, points: line.points.filter { $0.x.isFinite && $0.y.isFinite })
    }
    guard var across = Self.range(lines.flatMap { $0.points.map(\.x) }),
      var up = Self.range(lines.flatMap { $0.points.map(\.y) })
    else { return nil }
    if plot.hasDiagonal {
      // Both axes alike, so that the diagonal is one.
      let low = min(across.lowerBound, up.lowerBound)
      let high = max(across.upperBound, up.upperBound)
      across = low...high
      up = across
    }
    let (left, top, width, height) = (58.0, 10.0, 310.0, 250.0)
    // Between epochs there is nothing.
    let isWhole = lines.allSatisfy { $0.points.allSatisfy { $0.x == $0.x.rounded() } }
    let horizontal = Axis(across, count: 6, leastStep: isWhole ? 1 : 0)
    let vertical = Axis(up, count: 6)
    var svg = SVG(
      width: left + width + 12, height: top + height + 44 + Double(lines.count) * 19, title: title,
      summary: "\(plot.vertical) over \(plot.horizontal): "
        + lines.map(\.name).joined(separator: ", "))
    func x(_ value: Double) -> Double { left + horizontal.position(value) * width }
    func y(_ value: Double) -> Double { top + (1 - vertical.position(value)) * height }

    for tick in horizontal.ticks {
      svg.line(x(tick), top, x(tick), top + height, style: "grid")
      svg.text(
        horizontal.label(tick), x: x(tick), y: top + height + 17, anchor: .middle, style: "tick")
    }
    for tick in vertical.ticks {
      svg.line(left, y(tick), left + width, y(tick), style: "grid")
      svg.text(vertical.label(tick), x: left - 7, y: y(tick) + 4, anchor: .end, style: "tick")
    }
    if plot.hasDiagonal {
      svg.line(left, top + height, left + width, top, style: "chance")
    }
    for (index, line) in lines.enumerated() {
      svg.path(line.points.map { (x: x($0.x), y: y($0.y)) }, style: "curve curve\(index % 8)")
      let row = top + height + 54 + Double(index) * 19
      svg.line(left, row - 4, left + 26, row - 4, style: "curve curve\(index % 8)")
      svg.text(line.name, x: left + 34, y: row, style: "legend")
    }
    svg.text(
      plot.horizontal, x: left + width / 2, y: top + height + 34, anchor: .middle, style: "axis")
    svg.text(
      plot.vertical, x: 11, y: top + height / 2, anchor: .middle, style: "axis", upright: false)
    return svg.markup
  }

  private static func range(_ values: [Double]) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    return low < high ? low...high : low - 0.5...high + 0.5
  }
}
