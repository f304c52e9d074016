import Inspection

extension DetectorRegistry {
  /// Every detector of this package.
  public static let all = DetectorRegistry([UFlow.self, PaDiM.self])
}
