import Inspection

extension DetectorRegistry {
  /// Every detector of this package.
  public static let all = DetectorRegistry(
    [UFlow.self, AnomalyHop.self, PaDiM.self, PEDENet.self, PIADE.self, PooledGaussian.self],
    presets: [Preset(name: "uflow/cpu", detector: UFlow(), imageSize: 256)]
      + UFlow.presets.sorted { $0.key < $1.key }.map { category, detector in
        Preset(
          name: "uflow/mvtec/\(category)", detector: detector, imageSize: UFlow.presetImageSize)
      }
      + AnomalyHop.presets.sorted { $0.key < $1.key }.map { category, detector in
        Preset(name: "anomalyhop/mvtec/\(category)", detector: detector, imageSize: 224)
      }
      + PIADE.presets.sorted { $0.key < $1.key }.map { name, detector in
        Preset(name: "piade/\(name)", detector: detector, imageSize: 120)
      })
}

/// What the papers report of their methods: a table as JSON for each paper that has one, beside its detector.
package enum PublishedTables {
  package static let all = [
    PackageResources.uflow_json, PackageResources.anomalyhop_json, PackageResources.piade_json,
  ]
}
