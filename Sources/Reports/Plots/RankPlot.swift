import Workbench

/// Draws where each image ranks in two runs: off the diagonal, they disagree.
struct RankPlot {
  let images: [ComparedImage]
  let runs: (Int, Int)
  /// Of the two runs, for the axes.
  let names: (String, String)

  var svg: String {
    let (left, top, side) = (46.0, 10.0, 310.0)
    var svg = SVG(
      width: left + side + 10, height: top + side + 42, title: "Ranks in two runs",
      summary: "\(images.count) images by their ranks in \(names.0) and \(names.1)")
    func x(_ rank: Double) -> Double { left + rank * side }
    func y(_ rank: Double) -> Double { top + (1 - rank) * side }

    svg.unitGrid(x: x, y: y)
    svg.line(x(0), y(0), x(1), y(1), style: "chance")
    if let edge = decision(of: runs.0) {
      svg.line(x(edge), y(0), x(edge), y(1), style: "threshold")
    }
    if let edge = decision(of: runs.1) {
      svg.line(x(0), y(edge), x(1), y(edge), style: "threshold")
    }
    for image in images {
      let (first, second) = (image.judgements[runs.0], image.judgements[runs.1])
      svg.point(
        x: x(first.rank), y: y(second.rank), isDiamond: image.isDefective,
        style: "point \(image.isDefective ? "defective" : "good")", hint: image.identity.name)
    }
    svg.text("rank in \(names.0)", x: x(0.5), y: y(0) + 36, anchor: .middle, style: "axis")
    svg.text(
      "rank in \(names.1)", x: 11, y: y(0.5), anchor: .middle, style: "axis", upright: false)
    return svg.markup
  }

  /// The rank that lies between the normal and the anomalous of a run; nil where no score separates them.
  private func decision(of run: Int) -> Double? {
    let judgements = images.map { $0.judgements[run] }
    let normal = judgements.filter { !$0.isAnomalous }
    let anomalous = judgements.filter(\.isAnomalous)
    guard let highest = normal.map(\.score).max(), let lowest = anomalous.map(\.score).min(),
      highest < lowest
    else { return nil }
    return Double(normal.count) / Double(judgements.count)
  }
}
