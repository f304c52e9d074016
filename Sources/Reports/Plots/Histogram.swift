import Workbench

/// Draws how images are spread along a scale: the good above the axis, the defective below it, the decision across.
///
/// The two sides share the axis but not the height: each fills its half, however few it counts.
struct Histogram {
  /// A class of images: its name, its values and its style in the drawing.
  struct Series {
    let name: String
    let style: String
    let values: [Double]
  }

  private let upper: Series
  private let lower: Series
  private let scale: Report.Scale

  init(_ images: [InspectedImage], along scale: Report.Scale) {
    self.scale = scale
    var (good, defective, unlabeled): ([Double], [Double], [Double]) = ([], [], [])
    for image in images {
      let value = scale.value(image)
      guard value.isFinite else { continue }
      switch image.truth {
      case .good: good.append(value)
      case .defective: defective.append(value)
      case .unlabeled: unlabeled.append(value)
      }
    }
    let onlyUnlabeled = good.isEmpty && defective.isEmpty
    upper =
      onlyUnlabeled
      ? Series(name: "unlabeled", style: "unlabeled", values: unlabeled)
      : Series(name: "good", style: "good", values: good)
    lower = Series(name: "defective", style: "defective", values: defective)
  }

  private var range: ScoreRange? {
    ScoreRange(upper.values + lower.values, threshold: scale.limit)
  }

  /// How to read the drawing.
  var note: String {
    [
      scale.note,
      upper.values.isEmpty || lower.values.isEmpty ? "" : "Each side has its own height.",
      range?.isClipped == true ? "The outermost bars also count what lies beyond them." : "",
    ].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Nil where there is nothing to draw.
  var svg: String? {
    guard let shown = range else { return nil }
    let bins = Bins(
      shown.bounds, scoreCount: upper.values.count + lower.values.count, edgeAt: scale.limit)
    let sides = [upper, lower].filter { !$0.values.isEmpty }
    let (left, right, top, half) = (34.0, 474.0, 30.0, sides.count == 1 ? 270.0 : 135.0)
    let height = top + half * Double(sides.count)
    var svg = SVG(
      width: right + 10, height: height + 42, title: "Histogram of images",
      summary: sides.map { "\($0.values.count) \($0.name)" }.joined(separator: ", "))
    let axis = Axis(bins.range, count: 6)
    func x(_ value: Double) -> Double { left + axis.position(value) * (right - left) }

    for tick in axis.ticks {
      svg.line(x(tick), top, x(tick), height, style: "grid")
      svg.text(axis.label(tick), x: x(tick), y: height + 17, anchor: .middle, style: "tick")
    }
    let format = Digits.scale(for: [bins.range.lowerBound, bins.range.upperBound], digits: 4)
    let base = top + half
    for (index, side) in sides.enumerated() {
      let counts = bins.counts(of: side.values)
      let most = counts.max() ?? 1
      let unit = (half - 24) / Double(most)
      let direction = index == 0 ? -1.0 : 1.0
      let tip = base + direction * Double(most) * unit
      svg.line(left, tip, right, tip, style: "grid")
      svg.text("\(most)", x: left - 7, y: tip + 4, anchor: .end, style: "tick")
      for (bin, count) in counts.enumerated() where count > 0 {
        let (low, high) = (bins.edge(bin), bins.edge(bin + 1))
        let length = Double(count) * unit
        svg.rectangle(
          x: x(low) + 0.5, y: index == 0 ? base - length : base,
          width: max(1, x(high) - x(low) - 1), height: length, style: "bar \(side.style)",
          hint: "\(count) \(side.name), \(scale.name) \(format(low)) to \(format(high))")
      }
      svg.text(
        "\(side.values.count) \(side.name)", x: right, y: base + direction * (half - 12) + 4,
        anchor: .end, style: "legend label-\(side.style)")
    }
    svg.line(left, base, right, base, style: "baseline")
    svg.text("0", x: left - 7, y: base + 4, anchor: .end, style: "tick")
    svg.text(scale.name, x: (left + right) / 2, y: height + 36, anchor: .middle, style: "axis")
    if let limit = scale.limit {
      svg.line(x(limit), top - 8, x(limit), height, style: "threshold")
      let anchor: SVG.Anchor =
        switch axis.position(limit) {
        case ..<0.2: .start
        case 0.8...: .end
        default: .middle
        }
      svg.text(
        scale.limitName ?? "threshold \(format(limit))", x: x(limit), y: top - 14, anchor: anchor,
        style: "legend")
    }
    return svg.markup
  }
}
