/// What a detector that alarms where `score >= threshold` finds and what it mistakes.
struct OperatingPoint {
  /// The lowest score that alarms.
  var threshold: Float
  /// Good ones that alarm.
  var falseAlarms: Int
  /// Defective ones that alarm.
  var hits: Int
  /// The mean over defect regions of the share of the region that alarms.
  var overlap: Double

  /// Where nothing alarms.
  static let silent = OperatingPoint(threshold: .infinity, falseAlarms: 0, hits: 0, overlap: 0)

  /// The share of the alarms that are hits; 1 where nothing alarms, where its curve begins.
  var precision: Double {
    let alarms = falseAlarms + hits
    return alarms == 0 ? 1 : Double(hits) / Double(alarms)
  }
}
