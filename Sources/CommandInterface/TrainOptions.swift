import ArgumentParser

package struct TrainOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn from good images what good looks like.",
    usage: "blemish train --data <folder> --out <model> [<options>]",
    discussion: """
      EXAMPLE:
        blemish train --data bottle --out bottle.blemish
        blemish train --data elpv:mono --out cells.blemish --epochs 8 --seed 1
        blemish train --data bottle --out hop --preset anomalyhop/mvtec/bottle
        blemish train --data frames --out layup --groups 'take(\\d+)_'

      Defective images are not needed, and none is looked at. All good images serve twice: the method learns \
      from them, and the decision is calibrated on what it would see in each had it not. \
      Near-equal images, such as frames of one take, are judged without each other: they are found by themselves, and --groups \
      says otherwise.

      You can stop a training at any time. If its method learns in epochs, the state is saved after every epoch, in \
      MODEL.checkpoint beside the model to be. Run the same command again with --resume and it continues after the last \
      finished epoch. With the same number of threads it makes the same model.
      """)

  @Option(
    help: ArgumentHelp(
      "A folder in MVTec layout (train/good), a folder of good images, elpv:mono or elpv:poly.",
      valueName: "folder"), completion: .directory)
  package var data: String?

  @Option(
    help: ArgumentHelp("The folder to write the model to.", valueName: "model"),
    completion: .directory)
  package var out: String?

  @Option(
    help: ArgumentHelp(
      "The method: \(KnownNames.detectors.joined(separator: ", ")). (default: uflow)",
      valueName: "name"), completion: .list(KnownNames.detectors))
  package var detector: String?

  @Option(help: .preset)
  package var preset: String?

  @Option(
    help: ArgumentHelp(
      "A model of padim or anomalyhop that learns these images, too. Method and settings come from the model.",
      valueName: "model"), completion: .directory)
  package var update: String?

  @Option(
    help: ArgumentHelp(
      "The network that features come from: \(KnownNames.backbones.joined(separator: ", ")).",
      valueName: "name"), completion: .list(KnownNames.backbones))
  package var backbone: String?

  @Option(
    help: ArgumentHelp(
      "Where to take features from the network, finest first: strides such as 8,16, or names of its parts such as blocks.2,blocks.4.",
      valueName: "taps"))
  package var taps: TapList?

  @Option(help: .imageSize(default: "256, or the preset's"))
  package var imageSize: ImageSize?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Passes over the good images.", valueName: "n"))
  package var epochs: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Images in one training step.", valueName: "n"))
  package var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Learning rate; its peak if it changes during training.", valueName: "rate"))
  package var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "Any setting of the method; can be repeated. `blemish info DETECTOR`, such as `blemish info uflow`, lists them with their bounds.",
      valueName: "name=value"))
  package var set: [GivenSetting] = []

  @Option(
    help: ArgumentHelp(
      "Which good images the decision is calibrated on: folds (all, each judged as though the method had not learnt from it) or split (a part that it does not learn from). (default: folds for uflow, padim, anomalyhop and gaussian on up to 1000 images)",
      valueName: "name"))
  package var calibration: CalibrationName?

  @Option(parsing: .unconditional, help: .holdOut)
  package var holdOut: Double?

  @Option(
    help: ArgumentHelp(
      "Which good images go together, such as frames of one take: a file of lines image,group; a regular expression whose one pair of parentheses names the group in the file's name, such as 'take(\\d+)_'; or none. (default: found by their looks and names)",
      valueName: "file or pattern"))
  package var groups: String?

  @Flag(help: "Take all images in the folder as good, whatever their names say.")
  package var all = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The values that are black and white in 16-bit and float images, such as 0:4095. (default: found in the images)",
      valueName: "low:high"))
  package var levels: LevelRange?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seed of all random numbers. (default: 0)", valueName: "n"))
  package var seed: UInt64?

  @Flag(help: "Continue an interrupted training of the same model.")
  package var resume = false

  @OptionGroup package var common: CommonOptions

  package init() {}

  package var output: OutputOptions { common.output }

  package static var fields: [OptionField<Self>] {
    [
      OptionField("data", \.data, need: "give a folder of good images"),
      OptionField("out", \.out, need: "name the folder to write the model to"),
      OptionField("detector", \.detector),
      OptionField("preset", \.preset),
      OptionField("update", \.update),
      OptionField("backbone", \.backbone),
      OptionField("taps", \.taps),
      OptionField("image-size", \.imageSize),
      OptionField("epochs", \.epochs),
      OptionField("batch-size", \.batchSize),
      OptionField("learning-rate", \.learningRate),
      OptionField("set", settings: \.set),
      OptionField("calibration", \.calibration),
      OptionField("hold-out", \.holdOut, within: Bounds.holdOut),
      OptionField("groups", \.groups),
      OptionField("all", \.all),
      OptionField("levels", \.levels),
      OptionField("seed", \.seed),
      OptionField("resume", \.resume, isRecorded: false),
    ] + CommonOptions.fields.within(\.common)
  }

  package func checkTogether() throws {
    guard preset == nil || detector == nil else {
      throw ValidationError("--preset names the method already: leave --detector out")
    }
    let isSet =
      !set.isEmpty || backbone != nil || taps != nil || epochs != nil || batchSize != nil
      || learningRate != nil
    guard update == nil || (preset == nil && detector == nil && imageSize == nil && !isSet) else {
      throw ValidationError(
        "--update takes method, settings and size from the model: leave them out")
    }
    guard calibration != .folds || holdOut == nil else {
      throw ValidationError(
        "--hold-out is a share that the method does not learn from, and with --calibration folds it learns from all: give one"
      )
    }
    guard update == nil || calibration == nil else {
      throw ValidationError(
        "--update calibrates on a part of the new images: leave --calibration out")
    }
    guard update == nil || levels == nil else {
      throw ValidationError("--update takes the levels from the model: leave --levels out")
    }
    guard update == nil || !resume else {
      throw ValidationError("--resume continues a training, not an --update: leave it out")
    }
  }
}
