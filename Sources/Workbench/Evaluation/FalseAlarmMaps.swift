import AContrario
import Inspection

/// The false alarms that come with each pixel of an image, by every law that is known.
struct FalseAlarmMaps {
  let calibrated: FalseAlarmMap
  /// Nil where the detector's evidence has no law but the one that is learnt.
  let theoretical: FalseAlarmMap?

  init(_ prediction: Prediction, _ calibration: Calibration) throws {
    let raw = prediction.raw
    func map(_ null: Decision.NullDistribution) throws -> FalseAlarmMap {
      if case .falseAlarms(_, null) = prediction.decision, let map = prediction.falseAlarms {
        return map
      }
      return try calibration.falseAlarms(raw, null: null)
    }
    calibrated = try map(.calibrated)
    theoretical =
      raw.scales.contains { $0.null == .empirical } ? nil : try map(.theoretical)
  }
}

extension FalseAlarmMap {
  /// -log10 of the false alarms: higher is more anomalous.
  var negatives: [Float] { log10FalseAlarms.values.map { Float(-$0) } }
}
