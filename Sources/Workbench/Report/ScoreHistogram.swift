/// Draws how scores are spread: the good above the axis, the defective below it, the threshold across.
///
/// The two sides share the axis but not the height: each fills its half, however few it counts.
struct ScoreHistogram {
  /// A class of images: its name, its scores and its style in the drawing.
  struct Series {
    let name: String
    let style: String
    let scores: [Double]
  }

  let upper: Series
  let lower: Series
  let threshold: Double?

  init(entries: [Report.Entry], threshold: Double?) {
    self.threshold = threshold.flatMap { $0.isFinite ? $0 : nil }
    var (good, defective, unlabeled): ([Double], [Double], [Double]) = ([], [], [])
    for entry in entries where entry.score.isFinite {
      switch entry.truth {
      case .good: good.append(entry.score)
      case .defective: defective.append(entry.score)
      case .unlabeled: unlabeled.append(entry.score)
      }
    }
    let onlyUnlabeled = good.isEmpty && defective.isEmpty
    upper =
      onlyUnlabeled
      ? Series(name: "unlabeled", style: "unlabeled", scores: unlabeled)
      : Series(name: "good", style: "good", scores: good)
    lower = Series(name: "defective", style: "defective", scores: defective)
  }

  private var range: ScoreRange? {
    ScoreRange(upper.scores + lower.scores, threshold: threshold)
  }

  /// How to read the drawing.
  var note: String {
    [
      threshold == nil
        ? "Higher scores are more anomalous." : "Images right of the threshold alarm.",
      upper.scores.isEmpty || lower.scores.isEmpty ? "" : "Each side has its own height.",
      range?.isClipped == true ? "The outermost bars also count the scores beyond them." : "",
    ].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Nil where there is no score.
  var svg: String? {
    guard let shown = range else { return nil }
    let bins = Bins(
      shown.bounds, scoreCount: upper.scores.count + lower.scores.count, edgeAt: threshold)
    let sides = [upper, lower].filter { !$0.scores.isEmpty }
    let (left, right, top, half) = (34.0, 474.0, 30.0, sides.count == 1 ? 270.0 : 135.0)
    let height = top + half * Double(sides.count)
    var svg = SVG(
      width: right + 10, height: height + 42, title: "Score histogram",
      summary: sides.map { "\($0.scores.count) \($0.name)" }.joined(separator: ", "))
    let axis = Axis(bins.range, count: 6)
    func x(_ value: Double) -> Double { left + axis.position(value) * (right - left) }

    for tick in axis.ticks {
      svg.line(x(tick), top, x(tick), height, style: "grid")
      svg.text(axis.label(tick), x: x(tick), y: height + 17, anchor: .middle, style: "tick")
    }
    let format = Digits.scale(for: [bins.range.lowerBound, bins.range.upperBound], digits: 4)
    let base = top + half
    for (index, side) in sides.enumerated() {
      let counts = bins.counts(of: side.scores)
      let most = counts.max() ?? 1
      let scale = (half - 24) / Double(most)
      let direction = index == 0 ? -1.0 : 1.0
      let tip = base + direction * Double(most) * scale
      svg.line(left, tip, right, tip, style: "grid")
      svg.text("\(most)", x: left - 7, y: tip + 4, anchor: .end, style: "tick")
      for (bin, count) in counts.enumerated() where count > 0 {
        let (low, high) = (bins.edge(bin), bins.edge(bin + 1))
        let length = Double(count) * scale
        svg.rectangle(
          x: x(low) + 0.5, y: index == 0 ? base - length : base,
          width: max(1, x(high) - x(low) - 1), height: length, style: "bar \(side.style)",
          hint: "\(count) \(side.name), score \(format(low)) to \(format(high))")
      }
      svg.text(
        "\(side.scores.count) \(side.name)", x: right, y: base + direction * (half - 12) + 4,
        anchor: .end, style: "legend label-\(side.style)")
    }
    svg.line(left, base, right, base, style: "baseline")
    svg.text("0", x: left - 7, y: base + 4, anchor: .end, style: "tick")
    svg.text("score", x: (left + right) / 2, y: height + 36, anchor: .middle, style: "axis")
    if let threshold {
      svg.line(x(threshold), top - 8, x(threshold), height, style: "threshold")
      let anchor: SVG.Anchor =
        switch axis.position(threshold) {
        case ..<0.2: .start
        case 0.8...: .end
        default: .middle
        }
      svg.text(
        "threshold \(format(threshold))", x: x(threshold), y: top - 14, anchor: anchor,
        style: "legend")
    }
    return svg.markup
  }
}
