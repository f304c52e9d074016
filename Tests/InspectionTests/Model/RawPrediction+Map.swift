import Inspection

extension RawPrediction {
  /// A raw prediction whose only evidence is the map itself.
  init(width: Int, height: Int, values: [Float]) {
    self.init(
      map: AnomalyMap(width: width, height: height, values: values), score: values.max() ?? 0,
      scales: [Scale(width: width, height: height, values: values, null: .empirical)])
  }
}
