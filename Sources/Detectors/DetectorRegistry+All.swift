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

/// What the papers report of their methods: a table for each paper that has one, in the folder of its detector.
///
/// They stay JSON, since they are data, not code: no detector depends on them, and each reads like the table in its paper.
/// `Workbench` decodes them to typed values, and a test decodes all of them.
package enum PublishedTables {
  package static let all = [
    PackageResources.uflow_json, PackageResources.anomalyhop_json, PackageResources.piade_json,
  ]
}
