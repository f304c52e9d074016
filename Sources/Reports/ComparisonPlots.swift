import Workbench

extension Comparison {
  /// The plots in drawing order: curves, then ranks of the first run against each other one.
  var plots: [[String: Any]] {
    curvePlots
      + runs.indices.dropFirst().map { other in
        [
          "shape": "square", "heading": "Ranks in A and \(letter(other))",
          "svg": RankPlot(images: images, runs: (0, other), names: ("A", letter(other))).svg,
          "note":
            "Disks are good images, diamonds defective ones, each placed by the share of images that"
            + " score lower. A dashed line is the limit of a run, where one score separates what alarms"
            + " from what does not. Far above the diagonal, \(letter(other)) finds an image more"
            + " anomalous than A does; far below it, less.",
        ]
      }
  }

  private var curvePlots: [[String: Any]] {
    let names = runs.reduce(into: Set<String>()) { $0.formUnion($1.results.curves.keys) }
    let known = Self.curveKinds.map(\.name)
    let ordered = known.filter(names.contains) + names.subtracting(known).sorted()
    return ordered.compactMap { name in
      let kind = Self.curveKinds.first { $0.name == name }
      let curves = runs.indices.compactMap { run in
        runs[run].results.curves[name].map { (run: run, curve: $0) }
      }
      guard let first = curves.first?.curve else { return nil }
      let heading = kind?.heading ?? name
      let svg = CurvePlot(
        title: heading, horizontal: first.horizontal, vertical: first.vertical,
        hasChanceLine: kind?.isROC ?? false,
        lines: curves.map { run, curve in
          CurvePlot.Line(
            name: letter(run), points: curve.points.map { (Self.unit($0.x), Self.unit($0.y)) },
            area: curve.area, style: run)
        }
      ).svg
      return svg.map {
        ["shape": "square", "heading": heading, "svg": $0, "note": kind?.note ?? ""]
      }
    }
  }

  private static func unit(_ value: Double) -> Double { min(max(value, 0), 1) }

  private static let curveKinds: [(name: String, heading: String, isROC: Bool, note: String)] = [
    (
      "imageROC", "Images: detection against false alarms", true,
      "The closer to the upper left corner, the better. The number after each letter is the area under the curve."
    ),
    (
      "pixelROC", "Pixels: detection against false alarms", true,
      "The closer to the upper left corner, the better. The number after each letter is the area under the curve."
    ),
    (
      "imagePR", "Images: precision against recall", false,
      "The closer to the upper right corner, the better. The number after each letter is the area under the curve."
    ),
    (
      "pixelPR", "Pixels: precision against recall", false,
      "The closer to the upper right corner, the better. The number after each letter is the area under the curve."
    ),
  ]
}
