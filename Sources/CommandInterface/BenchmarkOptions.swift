import ArgumentParser

/// What `blemish benchmark` does in place of judging products.
package enum BenchmarkKind: String, CaseIterable, OptionValue {
  case oneClass = "one-class"
}

/// What may influence a benchmark's models.
package enum ProtocolName: String, CaseIterable, OptionValue {
  case strict
  case paper
}

/// What `blemish benchmark` and `blemish ablate` share.
package struct StudyOptions: OptionStructure {
  @Option(
    help: ArgumentHelp(
      "Folders in MVTec layout, elpv:mono, elpv:poly, or classes such as fashion-mnist:0, with commas between them; can be repeated.",
      valueName: "folders"), completion: .directory)
  package var data: [String] = []

  @Option(
    help: ArgumentHelp(
      "Seeds of the training and of the split of the good images. (default: 0,1,2)",
      valueName: "numbers"))
  package var seeds: IntegerList?

  @Option(
    help: ArgumentHelp("The folder to write results to.", valueName: "folder"),
    completion: .directory)
  package var out: String?

  @Option(parsing: .unconditional, help: .holdOut)
  package var holdOut: Double?

  package init() {}

  package static var fields: [OptionField<Self>] {
    [
      OptionField("data", \.data, need: "name folders or data sets"),
      OptionField("seeds", \.seeds, within: Bounds.seeds),
      OptionField("out", \.out, need: "name the folder to write results to"),
      OptionField("hold-out", \.holdOut, within: Bounds.holdOut),
    ]
  }
}

package struct BenchmarkOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Train and measure detectors on data sets over seeds.",
    usage: "blemish benchmark [one-class] --data <folders> ... --out <folder> [<options>]",
    discussion: """
      EXAMPLE:
        blemish benchmark --data bottle,screw --seeds 0,1,2 --out results
        blemish benchmark --preset anomalyhop/mvtec/bottle --data bottle --out hop
        blemish benchmark --data elpv:mono --out cells --set uflow.taps=[16,32]
        blemish benchmark one-class --data fashion-mnist --classes 0-4 --out clothes

      Writes summary.md, summary.csv and summary.html anew after every run, and one row for each run in the folder runs. You \
      can stop it at any time; running the same command again resumes it. Rows that were made with the same settings, data \
      and version are kept. The exit code is 1 if a run failed.

      With one-class, the classes of a labeled set are good in turn. A method learns from the training images of one class \
      and judges the whole test split, where all other classes are defective. Sets are mnist, fashion-mnist, emnist-letters \
      (and its other parts), cifar-10 and coil-100 in the data folder of Blemish's home, or folders with such files.
      """)

  @Argument(
    help: ArgumentHelp(
      "With one-class, each class of a labeled set is good in turn. Leave it out for data of products.",
      valueName: "kind"))
  package var kind: BenchmarkKind?

  @Option(
    name: [.long, .customLong("detector")],
    help: ArgumentHelp(
      "The methods, with commas between them. (default: uflow)", valueName: "names"),
    completion: .list(KnownNames.detectors))
  package var detectors: String?

  @Option(help: .preset)
  package var preset: String?

  @OptionGroup package var study: StudyOptions

  @Option(
    help: ArgumentHelp(
      "strict: no test image influences anything. paper: as the authors did, with the epoch selected on test data. (default: strict)",
      valueName: "name"))
  package var `protocol`: ProtocolName?

  @Option(help: .imageSize(default: "256, the preset's, or with one-class the images' own"))
  package var imageSize: ImageSize?

  @Option(
    help: ArgumentHelp(
      "A setting of the methods, such as epochs=20; uflow.epochs=20 for one of them. Can be repeated.",
      valueName: "name=value"))
  package var set: [GivenSetting] = []

  @Flag(help: "Keep the model of each run beside its row.")
  package var keepModels = false

  @Option(
    help: ArgumentHelp(
      "With one-class: the classes that are good in turn, by name or number, such as 0-9. (default: all)",
      valueName: "classes"))
  package var classes: ClassList?

  @Flag(help: "With one-class: the named class is the only one that is not good.")
  package var multimodal = false

  @OptionGroup package var common: CommonOptions

  package init() {}

  package var output: OutputOptions { common.output }

  package static var fields: [OptionField<Self>] {
    [
      OptionField("kind", \.kind, isPositional: true),
      OptionField("detectors", \.detectors, aliases: ["detector"]),
      OptionField("preset", \.preset),
      OptionField("protocol", \.protocol),
      OptionField("image-size", \.imageSize),
      OptionField("set", settings: \.set),
      OptionField("keep-models", \.keepModels),
      OptionField("classes", \.classes),
      OptionField("multimodal", \.multimodal),
    ] + StudyOptions.fields.within(\.study) + CommonOptions.fields.within(\.common)
  }

  package func checkTogether() throws {
    guard kind == .oneClass || (classes == nil && !multimodal) else {
      throw ValidationError(
        "--classes and --multimodal belong to `blemish benchmark \(BenchmarkKind.oneClass.rawValue)`"
      )
    }
    guard preset == nil || detectors == nil else {
      throw ValidationError("--preset names the method already: leave --detectors out")
    }
  }
}

package struct AblateOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "ablate", abstract: "Measure what the parts of a detector are worth.",
    usage: "blemish ablate <detector> --data <folders> ... --out <folder> [<options>]",
    discussion: """
      EXAMPLE:
        blemish ablate pedenet --data bottle --seeds 0,1,2 --out parts
        blemish ablate pedenet --data bottle --variants without-location --out parts
        blemish ablate piade --data fashion-mnist:0 --image-size 28 --out parts

      Runs the detector as it is, and variants of it with a part removed or replaced, on every data set with every seed. \
      Writes summary.md, and a benchmark of each variant in a folder of its name. You can stop it at any time; running the \
      same command again resumes it. The exit code is 1 if a run failed.
      """)

  @Argument(
    help: ArgumentHelp("The method.", valueName: "detector"),
    completion: .list(KnownNames.detectors))
  package var detector: String?

  @OptionGroup package var study: StudyOptions

  @Option(
    help: ArgumentHelp(
      "The variants beside the method as it is, with commas between them. (default: all)",
      valueName: "names"))
  package var variants: String?

  @Option(help: .imageSize(default: "256"))
  package var imageSize: ImageSize?

  @Option(
    help: ArgumentHelp(
      "A setting that all variants share, such as epochs=5. Can be repeated.",
      valueName: "name=value"))
  package var set: [GivenSetting] = []

  @OptionGroup package var common: CommonOptions

  package init() {}

  package var output: OutputOptions { common.output }

  package static var fields: [OptionField<Self>] {
    [
      OptionField("detector", \.detector, need: "name a method", isPositional: true),
      OptionField("variants", \.variants),
      OptionField("image-size", \.imageSize),
      OptionField("set", settings: \.set),
    ] + StudyOptions.fields.within(\.study) + CommonOptions.fields.within(\.common)
  }
}

/// One run of a benchmark, in a process of its own: takes its task on standard input, and answers on standard output. Only for
/// `blemish benchmark` and `blemish ablate`.
package struct BenchmarkRunOptions: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "benchmark-run", abstract: "Make one run of a benchmark.", shouldDisplay: false)

  package init() {}
}
