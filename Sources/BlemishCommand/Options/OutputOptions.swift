import ArgumentParser

/// What every subcommand takes.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print results as JSON on standard output.")
  var json = false

  // Read by ConfigurationFile before the command line is parsed.
  @Option(
    help: ArgumentHelp(
      "Take options from a YAML or JSON file; the run.json of an earlier run will do.",
      valueName: "file"), completion: .file(extensions: ["yaml", "yml", "json"]))
  var config: String?
}
