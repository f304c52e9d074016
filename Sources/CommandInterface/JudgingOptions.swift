import ArgumentParser

/// What `blemish predict` and `blemish evaluate` share.
package struct JudgingOptions: OptionStructure {
  @Option(
    help: ArgumentHelp("The folder that `blemish train` wrote.", valueName: "model"),
    completion: .directory)
  package var model: String?

  @Option(
    help: ArgumentHelp("The folder to write results to.", valueName: "folder"),
    completion: .directory)
  package var out: String?

  @OptionGroup package var deciding: DecisionOptions

  @Flag(help: "Write predictions.csv as well, for spreadsheets.")
  package var csv = false

  package init() {}

  package static var fields: [OptionField<Self>] {
    [
      OptionField("model", \.model, need: "give the folder that `blemish train` wrote"),
      OptionField("out", \.out, need: "name the folder to write results to"),
      OptionField("csv", \.csv),
    ] + DecisionOptions.fields.within(\.deciding)
  }
}

package struct PredictOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Judge images, and mark where they are flawed.",
    usage: "blemish predict --model <model> --out <folder> <images> ... [<options>]",
    discussion: """
      EXAMPLE:
        blemish predict --model bottle.blemish photo.png --out judged
        blemish predict --model bottle.blemish incoming --out judged --csv
        blemish predict --model cells.blemish *.png --out cells --false-alarms 0.01

      An image is anomalous if a part of it looks like nothing that good images show. --false-alarms says how often that \
      may be wrong: so many false alarms in a good image, on average.

      Writes predictions.jsonl with one line for each image, and one file for each image in the folders overlays, maps and \
      masks. Images that cannot be read are named and left out; the exit code is 1 then.
      """)

  @Argument(help: "Images, and folders of images.", completion: .file())
  package var images: [String] = []

  @OptionGroup package var judging: JudgingOptions

  @OptionGroup package var common: CommonOptions

  package init() {}

  package var output: OutputOptions { common.output }

  package static var fields: [OptionField<Self>] {
    [
      OptionField("images", \.images, need: "name images or folders of images", isPositional: true)
    ] + JudgingOptions.fields.within(\.judging) + CommonOptions.fields.within(\.common)
  }

  package func checkTogether() throws { try judging.deciding.checkTogether() }
}

package struct EvaluateOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a model on labeled images, and write a report.",
    usage: "blemish evaluate --model <model> --data <folder> --out <folder> [<options>]",
    discussion: """
      EXAMPLE:
        blemish evaluate --model bottle.blemish --data bottle --out report

      Writes metrics.json, curves.json, report.html, and what `blemish predict` writes.
      """)

  @Option(
    help: ArgumentHelp(
      "A folder in MVTec layout (test/good, test/<defect>), elpv:mono or elpv:poly.",
      valueName: "folder"), completion: .directory)
  package var data: String?

  @OptionGroup package var judging: JudgingOptions

  @Option(
    help: ArgumentHelp(
      "f1-max decides by the threshold with the best F1 score on these very images. It knows the labels, so its figures flatter.",
      valueName: "name"))
  package var decision: LabeledDecision?

  @Flag(
    help:
      "Count pixels in bins: memory does not grow with the number of images, and figures have a stated error."
  )
  package var boundedMemory = false

  @OptionGroup package var common: CommonOptions

  /// Decisions that take the labels to make.
  package enum LabeledDecision: String, CaseIterable, OptionValue {
    case f1Max = "f1-max"
  }

  package init() {}

  package var output: OutputOptions { common.output }

  package static var fields: [OptionField<Self>] {
    [
      OptionField("data", \.data, need: "give a folder of labeled images"),
      OptionField("decision", \.decision),
      OptionField("bounded-memory", \.boundedMemory),
    ] + JudgingOptions.fields.within(\.judging) + CommonOptions.fields.within(\.common)
  }

  package func checkTogether() throws {
    let deciding = judging.deciding
    if decision != nil && (deciding.threshold != nil || deciding.falseAlarms != nil) {
      throw ValidationError(
        "--decision, --threshold and --false-alarms are three ways to decide: give one")
    }
    try deciding.checkTogether()
  }
}

package struct ReportOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Compare results of `blemish evaluate`.",
    usage: "blemish report <runs> ... --out <file or folder> [<options>]",
    discussion: """
      EXAMPLE:
        blemish report results-a results-b --out comparison.html
        blemish report a b c --names small,medium,large --out comparison

      Writes one HTML file; into a folder, report.html, comparison.json and run.json.
      """)

  @Argument(help: "Folders that `blemish evaluate` wrote, two to eight.", completion: .directory)
  package var runs: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file that ends in .html, or a folder to write to.", valueName: "file or folder"),
    completion: .file())
  package var out: String?

  @Option(
    help: ArgumentHelp(
      "Names of the runs, with commas between them. (default: the folders' names)",
      valueName: "names"))
  package var names: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Images in each list, at most. (default: 20)", valueName: "n"))
  package var top: Int?

  @OptionGroup package var output: OutputOptions

  package init() {}

  package static var fields: [OptionField<Self>] {
    [
      OptionField(
        "runs", \.runs, need: "name folders that `blemish evaluate` wrote, two to eight",
        isPositional: true),
      OptionField("out", \.out, need: "name a file that ends in .html, or a folder"),
      OptionField("names", \.names),
      OptionField("top", \.top, within: Bounds.top),
    ] + OutputOptions.fields.within(\.output)
  }
}
