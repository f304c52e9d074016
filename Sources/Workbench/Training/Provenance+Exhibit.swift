import Inspection

extension Provenance {
  /// The losses over the epochs; nil where there are not two of them.
  var training: Exhibit? {
    let names = [("loss", "images learnt from"), ("heldOutLoss", "held-out images")]
    let lines = names.compactMap { name, told in
      history?[name].map { losses in
        Exhibit.Plot.Line(
          name: told, points: losses.enumerated().map { (x: Double($0 + 1), y: $1) })
      }
    }
    guard let first = lines.first, first.points.count > 1 else { return nil }
    let kept = figures[FitContext.keptEpoch].map { " Epoch \(Int($0)) was kept." } ?? ""
    return Exhibit(
      heading: "Training",
      note: "The mean loss after each epoch; lower is more likely.\(kept)",
      plot: Exhibit.Plot(horizontal: "epoch", vertical: "loss", lines: lines))
  }
}
