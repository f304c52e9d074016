import ArgumentParser

package struct CalibrateOptions: Subcommand {
  package static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Renew a model's decision from new good images, without training.",
    usage: "blemish calibrate <model> --good <folder> [<options>]",
    discussion: """
      EXAMPLE:
        blemish calibrate bottle.blemish --good monday
        blemish calibrate bottle.blemish --good monday --out monday.blemish

      Good images that look otherwise than those calibrated on, under another lamp or of another batch, raise more alarms than \
      promised; `blemish predict` and `blemish evaluate` warn of it. All images in the folder are judged once, and the decision \
      rests on them alone from then on. Scores stay as they are. The model keeps a note of the calibration that is replaced.

      The images must be good, and must be ones that the model was NOT trained on: with those that it knows, good images \
      would alarm far more often than promised. Twenty or more are needed for the default of 0.05 false alarms.
      """)

  @Argument(help: "The folder that `blemish train` wrote.", completion: .directory)
  package var model: String?

  @Option(
    help: ArgumentHelp(
      "A folder of good images that the model was not trained on.", valueName: "folder"),
    completion: .directory)
  package var good: String?

  @Option(
    help: ArgumentHelp(
      "The folder to write the model to. (default: the model itself, replaced as a whole)",
      valueName: "model"), completion: .directory)
  package var out: String?

  @Flag(help: "Take all images in the folder as good, whatever their names say.")
  package var all = false

  @OptionGroup package var common: CommonOptions

  package init() {}

  package var output: OutputOptions { common.output }

  package static var fields: [OptionField<Self>] {
    [
      OptionField(
        "model", \.model, need: "give the folder that `blemish train` wrote", isPositional: true),
      OptionField("good", \.good, need: "give a folder of good images"),
      OptionField("out", \.out),
      OptionField("all", \.all),
    ] + CommonOptions.fields.within(\.common)
  }
}
