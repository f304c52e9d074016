import Inspection

extension Provenance {
  /// The losses over the epochs; nil where there are not two of them.
  var training: Diagnostic? {
    let names = [("loss", "images learnt from"), ("heldOutLoss", "held-out images")]
    let lines = names.compactMap { name, told in
      history?[name].map { losses in
        Diagnostic.Plot.Line(
          name: told, points: losses.enumerated().map { (x: Double($0 + 1), y: $1) })
      }
    }
    guard let first = lines.first, first.points.count > 1 else { return nil }
    let kept = metrics[FitContext.keptEpoch].map { " Epoch \(Int($0)) was kept." } ?? ""
    return Diagnostic(
      heading: "Training",
      note: "The mean loss after each epoch; lower is more likely.\(kept)",
      plot: Diagnostic.Plot(horizontal: "epoch", vertical: "loss", lines: lines))
  }
}
