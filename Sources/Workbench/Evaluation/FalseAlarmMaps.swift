import AContrario
import Inspection

/// The false alarms that come with each pixel of an image, by every law that is known.
struct FalseAlarmMaps {
  let calibrated: FalseAlarmMap
  /// Nil where the detector's evidence has no law but the one that is learnt.
  let theoretical: FalseAlarmMap?

  init(_ prediction: Prediction, _ calibration: Calibration) throws {
    let observation = prediction.observation
    func map(_ law: Decision.Law) throws -> FalseAlarmMap {
      if case .falseAlarms(_, law) = prediction.decision, let map = prediction.falseAlarms {
        return map
      }
      return try calibration.falseAlarms(observation, law: law)
    }
    calibrated = try map(.calibrated)
    theoretical =
      observation.scales.contains { $0.law == .empirical } ? nil : try map(.theoretical)
  }
}

extension FalseAlarmMap {
  /// -log10 of the false alarms: higher is more anomalous.
  var negatives: [Float] { log10FalseAlarms.values.map { Float(-$0) } }
}
