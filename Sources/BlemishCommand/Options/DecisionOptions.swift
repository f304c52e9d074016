import ArgumentParser
import Blemish

/// What makes an image anomalous.
struct DecisionOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "False alarms to accept in a good image, on average; 0.05 by default.", valueName: "number"))
  var falseAlarms: Double?

  @Option(
    help: ArgumentHelp(
      "Where the number of false alarms comes from: calibrated (counted on good images) or theoretical"
        + " (U-Flow's own bound).", valueName: "name"))
  var null = Decision.NullDistribution.calibrated

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Call images and pixels above this score anomalous, whatever the false alarms.",
      valueName: "score"))
  var threshold: Float?

  func validate() throws {
    if let falseAlarms, !(falseAlarms > 0 && falseAlarms.isFinite) {
      throw ValidationError("--false-alarms must be a number above 0, such as 0.05")
    }
    if let threshold, !threshold.isFinite {
      throw ValidationError("--threshold must be a finite number")
    }
    if threshold != nil && falseAlarms != nil {
      throw ValidationError("--threshold and --false-alarms are two ways to decide: give one")
    }
  }

  var decision: Decision {
    if let threshold { return .threshold(threshold) }
    guard case .falseAlarms(let standard, _) = Decision.standard else { return .standard }
    return .falseAlarms(perImage: falseAlarms ?? standard, null: null)
  }

  /// For `run.json`.
  var record: [String: JSONValue] {
    switch decision {
    case .falseAlarms(let perImage, let null):
      ["false-alarms": .number(perImage), "null": .string(null.rawValue)]
    case .threshold(let threshold): ["threshold": .number(Double(threshold))]
    }
  }
}

extension Decision.NullDistribution: ExpressibleByArgument {}
