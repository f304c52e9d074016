import ArgumentParser
import Records

/// What every subcommand takes.
package struct OutputOptions: OptionStructure {
  @Flag(help: "Print results as JSON on standard output.")
  package var json = false

  @Option(
    help: ArgumentHelp(
      "Take options from a YAML or JSON file, such as the run.json of an earlier run. Options on the command line win.",
      valueName: "file"), completion: .file(extensions: ["yaml", "yml", "json"]))
  package var config: String?

  package init() {}

  /// A file that names a file is not followed.
  package static var fields: [OptionField<Self>] {
    [OptionField("json", \.json, isRecorded: false)]
  }
}

/// What every subcommand that computes takes.
package struct CommonOptions: OptionStructure {
  @Option(
    help: ArgumentHelp("Where to compute: cpu, cuda or cuda:1. (default: cpu)", valueName: "device")
  )
  package var device: DeviceName?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads that one operation may use. (default: all cores)", valueName: "n"))
  package var threads: Int?

  @OptionGroup package var output: OutputOptions

  package init() {}

  package static var fields: [OptionField<Self>] {
    [
      OptionField("device", \.device),
      OptionField("threads", \.threads, within: Bounds.threads),
    ] + OutputOptions.fields.within(\.output)
  }
}

/// Where the number of false alarms comes from.
package enum NullName: String, CaseIterable, OptionValue {
  case calibrated
  case theoretical
  case corrected
}

/// Which good images a decision is calibrated on.
package enum CalibrationName: String, CaseIterable, OptionValue {
  case folds
  case split
}

/// Which number of an image is its score.
package enum ScoreName: String, CaseIterable, OptionValue {
  case common
  case own
}

/// What makes an image anomalous.
package struct DecisionOptions: OptionStructure {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "False alarms to accept: the share of good images that may alarm, and the parts that may be marked in one. (default: 0.05)",
      valueName: "number"))
  package var falseAlarms: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A larger number of false alarms: images within it that do not alarm are called uncertain.",
      valueName: "number"))
  package var warn: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How sure --false-alarms is to be kept, over which good images the model was calibrated on, such as 0.95. (default: on average)",
      valueName: "share"))
  package var confidence: Double?

  @Option(
    help: ArgumentHelp(
      "An image's score: common (the one statistic of all methods) or own (that of the method's paper). (default: common)",
      valueName: "name"))
  package var score: ScoreName?

  @Option(
    help: ArgumentHelp(
      "Where the number of false alarms comes from: calibrated (counted on good images), theoretical (from the law of the method's statistic, where one is known) or corrected (the same, but for images that a flow does not know). (default: calibrated)",
      valueName: "name"))
  package var null: NullName?

  /// As version 0.1 spelled it.
  @Option(help: .hidden)
  package var law: NullName?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Call images and pixels above this score anomalous, whatever the false alarms.",
      valueName: "score"))
  package var threshold: Float?

  package init() {}

  package static var fields: [OptionField<Self>] {
    [
      OptionField("false-alarms", \.falseAlarms, within: Bounds.falseAlarms),
      OptionField("warn", \.warn, within: Bounds.falseAlarms),
      OptionField("confidence", \.confidence, within: Bounds.confidence),
      OptionField("score", \.score),
      OptionField("null", \.namedNull, aliases: ["law"]),
      OptionField("threshold", \.threshold, within: Bounds.threshold),
    ]
  }

  /// Under either name.
  package var namedNull: NullName? {
    get { null ?? law }
    set { null = newValue }
  }

  package func checkTogether() throws {
    if threshold != nil && falseAlarms != nil {
      throw ValidationError("--threshold and --false-alarms are two ways to decide: give one")
    }
    if threshold != nil && (warn != nil || confidence != nil) {
      throw ValidationError(
        "--\(warn != nil ? "warn" : "confidence") is about false alarms, and --threshold decides whatever they are: give one"
      )
    }
    // 0.05 where none is given.
    if let warn, warn <= falseAlarms ?? 0.05 {
      throw ValidationError(
        "--warn \(warn) is no more than the \(falseAlarms ?? 0.05) false alarms that an image alarms at: give a larger number"
      )
    }
    if confidence != nil && namedNull ?? .calibrated != .calibrated {
      throw ValidationError(
        "--confidence is about the good images of the calibration, and --null \(namedNull?.rawValue ?? "") counts none: give one"
      )
    }
  }
}

extension ArgumentHelp {
  /// How images are brought to one size.
  static func imageSize(default standard: String) -> ArgumentHelp {
    ArgumentHelp(
      "Size in pixels that every image is brought to: one side, or WIDTHxHEIGHT. (default: \(standard))",
      valueName: "pixels")
  }

  static var holdOut: ArgumentHelp {
    ArgumentHelp(
      "Share of the good images that the method does not learn from, so that the decision is calibrated on them: at least 4 images. (default: all images serve for both, see `blemish train --help`; 0.1 where they cannot)",
      valueName: "share")
  }

  static var preset: ArgumentHelp {
    ArgumentHelp(
      "A method with the settings that its authors published for a product, such as anomalyhop/mvtec/bottle.",
      valueName: "name")
  }
}

/// The names that help texts and completions offer; the engine knows what they stand for.
package enum KnownNames {
  package static let detectors = ["uflow", "anomalyhop", "padim", "pedenet", "piade", "gaussian"]
  package static let backbones = [
    "efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2", "resnet18", "wide_resnet50_2",
    "cait_s24_224", "cait_m48_448", "ms_cait",
  ]
}
