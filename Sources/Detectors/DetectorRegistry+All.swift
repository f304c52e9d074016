import Inspection

extension DetectorRegistry {
  /// Every detector of this package.
  public static let all = DetectorRegistry(
    [UFlow.self, AnomalyHop.self, PaDiM.self, PEDENet.self],
    presets: AnomalyHop.presets.sorted { $0.key < $1.key }.map { category, detector in
      Preset(name: "anomalyhop/mvtec/\(category)", detector: detector, imageSize: 224)
    })
}
